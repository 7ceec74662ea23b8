"""Policies refuse nonsense, and spread the ends of their entries."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.caching.policy import Pattern, Policy, PolicyError

JAM = Policy(name="jam", pattern=Pattern.CACHE_ASIDE, schema=1, ttl=300, stale_grace=30)

ids = st.integers(1, 2**63 - 1)
moments_ms = st.integers(0, 10**13 - 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Jam"}, "name"),
        ({"name": "jam pot"}, "name"),
        ({"name": "jam:pot"}, "name"),
        ({"name": "jam\n"}, "name"),
        ({"name": "j" * 41}, "name"),
        ({"schema": 0}, "schema"),
        ({"ttl": 0}, "ttl"),
        ({"ttl": -1}, "ttl"),
        ({"jitter": -0.1}, "jitter"),
        ({"jitter": 0.6}, "jitter"),
        ({"jitter": float("nan")}, "jitter"),
        ({"stale_grace": -1}, "stale_grace"),
        ({"negative_ttl": 0}, "negative_ttl"),
        ({"negative_ttl": 301}, "negative_ttl"),
        ({"local_ttl": -1}, "local_ttl"),
        ({"local_ttl": 301}, "local_ttl"),
        ({"local_ttl": 1, "pattern": Pattern.WRITE_THROUGH}, "local_ttl"),
        ({"local_ttl": 1, "pattern": Pattern.READ_AND_WRITE_THROUGH}, "local_ttl"),
        ({"lease": 0}, "lease"),
        ({"wait_limit": 3.0}, "wait_limit"),
        ({"tombstone_ttl": 5.9}, "tombstone_ttl"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_the_policy_and_the_field(changes: dict[str, Any], field: str) -> None:
    name = changes.get("name", "jam")

    with pytest.raises(PolicyError) as refused:
        replace(JAM, **changes)

    assert str(refused.value).startswith(f"policy {name!r}: {field}: ")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "j" * 40},
        {"jitter": 0.0},
        {"jitter": 0.5},
        {"negative_ttl": 300},
        {"local_ttl": 300},
        {"tombstone_ttl": 6.0},
    ],
)
def test_what_can_just_be_meant_is_accepted(changes: dict[str, Any]) -> None:
    assert replace(JAM, **changes) != JAM


def test_a_policy_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        JAM.ttl = 1.0  # type: ignore[misc]


def test_a_value_is_kept_while_it_is_fresh_and_while_it_may_be_shown_stale() -> None:
    assert JAM.kept_ms == 330_000


@given(entry_id=ids, written_ms=moments_ms, jitter=st.floats(0, 0.5))
def test_an_entry_is_fresh_for_its_ttl_less_at_most_the_jitter(entry_id: int, written_ms: int, jitter: float) -> None:
    policy = replace(JAM, jitter=jitter)

    fresh_ms = policy.fresh_ms(entry_id=entry_id, written_ms=written_ms)

    assert 300_000 * (1 - jitter) <= fresh_ms <= 300_000


@given(entry_id=ids, written_ms=moments_ms)
def test_every_reader_agrees_how_long_an_entry_is_fresh(entry_id: int, written_ms: int) -> None:
    twin = replace(JAM)

    mine = JAM.fresh_ms(entry_id=entry_id, written_ms=written_ms)

    assert mine == twin.fresh_ms(entry_id=entry_id, written_ms=written_ms)


def test_entries_of_one_moment_end_all_over_the_jitter() -> None:
    ends = [JAM.fresh_ms(entry_id=entry_id, written_ms=1_700_000_000_000) for entry_id in range(1, 1001)]

    tenths = [sum(270_000 + 3_000 * n <= end < 273_000 + 3_000 * n for end in ends) for n in range(10)]
    assert min(tenths) > 50


def test_one_entry_written_again_ends_at_other_moments() -> None:
    ends = {JAM.fresh_ms(entry_id=7, written_ms=1_700_000_000_000 + second * 1000) for second in range(100)}

    assert len(ends) > 90
