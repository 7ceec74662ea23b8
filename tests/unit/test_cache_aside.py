"""Cache-aside on the memory store: how each read is answered, what it costs, and what is stored."""

import logging

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.entry import ABSENT, TOMBSTONE, kind_of, version_of
from shop.caching.policy import Pattern, Policy, PolicyError
from shop.caching.results import Status
from tests.unit.memory_ground import GRACE, JAM_POLICY, TTL, Jam, Kitchen

ONE_MISS = ["read", "lease", "fill"]


def test_a_first_read_is_a_miss_which_loads_and_fills(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version, result.status) == (Jam("plum"), 1, Status.MISS)
    assert kitchen.store.calls == ONE_MISS
    assert kitchen.shelf.loads == [[7]]


def test_a_second_read_is_a_hit_of_one_round_trip(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)
    kitchen.forget_calls()
    kitchen.clock.advance(30)

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version, result.status) == (Jam("plum"), 1, Status.HIT)
    assert result.event.age_ms == pytest.approx(30_000, abs=1)
    assert kitchen.store.calls == ["read"]
    assert kitchen.shelf.loads == []


def test_another_process_hits_what_this_one_has_filled(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)

    assert kitchen.cache().get(7, load=kitchen.shelf.load).status is Status.HIT


def test_a_row_that_does_not_exist_is_a_miss_and_then_negative(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    first, second = (cache.get(8, load=kitchen.shelf.load) for _ in range(2))

    assert (first.value, first.status) == (None, Status.MISS)
    assert (second.value, second.version, second.status) == (None, 0, Status.NEGATIVE)
    assert kitchen.shelf.loads == [[8]]


def test_a_new_row_beats_the_negative_entry(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(8, load=kitchen.shelf.load)
    kitchen.shelf.put(8, 5, "fig")

    cache.invalidate(8, version=5)

    assert cache.get(8, load=kitchen.shelf.load).value == Jam("fig")


def test_a_negative_entry_is_believed_for_its_own_time_only(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(8, load=kitchen.shelf.load)
    kitchen.shelf.put(8, 5, "fig")
    kitchen.clock.advance(JAM_POLICY.negative_ttl)

    assert cache.get(8, load=kitchen.shelf.load).value == Jam("fig")


def test_the_absence_of_a_deleted_row_takes_the_floor_of_its_deletion(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)
    del kitchen.shelf.rows[7]
    cache.invalidate(7, version=9)

    assert cache.get(7, load=kitchen.shelf.load).value is None

    entry = kitchen.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry)) == (9, ABSENT)


def test_an_invalidation_is_followed_by_a_load(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)
    kitchen.shelf.put(7, 2, "fig")

    assert cache.invalidate(7, version=2) is True

    result = cache.get(7, load=kitchen.shelf.load)
    assert (result.value, result.version, result.status) == (Jam("fig"), 2, Status.MISS)


def test_a_late_invalidation_changes_nothing(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.put(7, 5)
    cache.get(7, load=kitchen.shelf.load)

    cache.invalidate(7, version=5)
    cache.invalidate(7, version=4)

    assert cache.get(7, load=kitchen.shelf.load).status is Status.HIT


def test_past_its_ttl_and_grace_a_value_is_loaded_again(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)
    kitchen.clock.advance(TTL + GRACE)

    assert cache.get(7, load=kitchen.shelf.load).status is Status.MISS


def test_inside_a_transaction_the_database_is_asked_and_nothing_is_stored(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.in_transaction = True

    results = cache.get_many([7, 8], load=kitchen.shelf.load)

    assert [(result.value, result.version, result.status) for result in results.values()] == [
        (Jam("plum"), 1, Status.BYPASSED),
        (None, 0, Status.BYPASSED),
    ]
    assert kitchen.store.calls == []
    assert kitchen.shelf.loads == [[7, 8]]


def test_many_keys_are_invalidated_500_at_a_time(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    assert cache.invalidate_many({entry_id: entry_id for entry_id in range(1, 1002)}) is True

    assert kitchen.store.calls == ["invalidate"] * 3
    for entry_id in (1, 500, 501, 1001):
        entry = kitchen.entry(entry_id)
        assert entry is not None
        assert (version_of(entry), kind_of(entry)) == (entry_id, TOMBSTONE)


def test_a_value_that_can_not_be_stored_is_logged_and_still_returned(
    kitchen: Kitchen, cache: CacheAside[Jam], caplog: pytest.LogCaptureFixture
) -> None:
    kitchen.shelf.rows[7] = type(kitchen.shelf.rows[7])(1, Jam("plum", grams=float("nan")))

    with caplog.at_level(logging.ERROR):
        result = cache.get(7, load=kitchen.shelf.load)

    assert (result.status, result.event.detail) == (Status.MISS, "not stored")
    assert result.value is not None
    assert "an entry of jam can't be stored" in caplog.text
    assert kitchen.entry() is None


def test_a_policy_of_another_pattern_is_refused() -> None:
    policy = Policy(name="carts", pattern=Pattern.WRITE_THROUGH, schema=1, ttl=60)

    with pytest.raises(PolicyError, match="policy 'carts': pattern: write-through"):
        CacheAside(policy, Jam, register=False)
