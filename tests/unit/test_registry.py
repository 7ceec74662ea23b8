"""The caches of a process: names that are told apart, the ground made once, and a row for each cache."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shop.caching.ground import Ground
from shop.caching.policy import PolicyError
from shop.caching.registry import NotWiredError, Registry
from shop.caching.results import CacheEvent, Status
from tests.unit.memory_ground import JAM_POLICY, Kitchen

CALLERS = 16


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_second_cache_of_the_same_name_is_refused(registry: Registry) -> None:
    registry.add(JAM_POLICY)

    with pytest.raises(PolicyError, match="policy 'jam': name: there is another cache"):
        registry.add(replace(JAM_POLICY, ttl=7000))


def test_a_cache_that_is_used_before_the_wiring_says_what_to_do(registry: Registry) -> None:
    with pytest.raises(NotWiredError, match=r"django\.setup\(\)"):
        registry.ground()


def test_the_ground_is_made_once_at_the_first_use_whatever_the_number_of_threads(registry: Registry) -> None:
    made: list[Ground] = []
    at_once = threading.Barrier(CALLERS)

    def make() -> Ground:
        made.append(Kitchen().ground())
        return made[-1]

    def use(_: int) -> Ground:
        at_once.wait()
        return registry.ground()

    registry.wire(make)
    assert made == []
    with ThreadPoolExecutor(CALLERS) as callers:
        used = list(callers.map(use, range(CALLERS)))

    assert len(made) == 1
    assert all(ground is made[0] for ground in used)


def test_a_new_wiring_replaces_the_ground(registry: Registry) -> None:
    registry.wire(Kitchen().ground)
    before = registry.ground()

    registry.wire(Kitchen().ground)

    assert registry.ground() is not before


def test_policies_stand_in_the_order_of_their_names(registry: Registry) -> None:
    for name in ("price", "cart", "product"):
        registry.add(replace(JAM_POLICY, name=name))

    assert [policy.name for policy in registry.policies()] == ["cart", "price", "product"]


def test_a_row_shows_the_policy_the_figures_and_the_state_of_the_breaker(registry: Registry) -> None:
    registry.wire(Kitchen().ground)
    registry.add(JAM_POLICY)
    for status in (Status.HIT, Status.HIT, Status.LOCAL, Status.MISS):
        registry.metrics(CacheEvent("jam", 7, status, 1.0))

    (row,) = registry.rows()

    assert row == {
        "name": "jam",
        "pattern": "cache-aside",
        "schema": 1,
        "ttl": 100,
        "jitter": 0.1,
        "stale_grace": 20,
        "negative_ttl": 10,
        "local_ttl": 0.0,
        "hits": 3,
        "local_hits": 1,
        "misses": 1,
        "stale": 0,
        "errors": 0,
        "skips": 0,
        "bypasses": 0,
        "writes": 0,
        "lost_writes": 0,
        "hit_ratio": 0.75,
        "p50_ms": row["p50_ms"],
        "p99_ms": row["p99_ms"],
        "breaker": "closed",
    }
    assert row["p50_ms"] == pytest.approx(1.0, rel=0.25)


def test_the_row_of_a_cache_that_nobody_has_read_has_no_figures(registry: Registry) -> None:
    registry.wire(Kitchen().ground)
    registry.add(JAM_POLICY)

    (row,) = registry.rows()

    assert (row["hits"], row["hit_ratio"], row["p99_ms"]) == (0, None, None)
