"""Floors and leases: whoever knows of a write sees it, and whoever loaded before it stores nothing."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.entry import version_of
from shop.caching.results import Status
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen, Shelf


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, 1, "plum")
    return made


def test_whoever_knows_a_floor_is_shown_nothing_below_it(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)
    kitchen.shelf.put(7, 2, "fig")

    assert cache.get(7, load=kitchen.shelf.load).value == Jam("plum")
    assert cache.get(7, load=kitchen.shelf.load, floor=2).value == Jam("fig")


def test_a_load_that_an_invalidation_has_overtaken_is_not_stored(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    def write() -> None:
        kitchen.shelf.put(7, 2, "fig")
        kitchen.cache().invalidate(7, version=2)

    kitchen.shelf.meanwhile = write

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "lease lost")
    kitchen.shelf.meanwhile = lambda: None
    assert cache.get(7, load=kitchen.shelf.load).value == Jam("fig")


def test_a_loader_that_stalls_beyond_its_lease_stores_nothing(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.meanwhile = lambda: kitchen.clock.advance(JAM_POLICY.lease)

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "lease lost")
    assert kitchen.entry() is None


def test_a_replica_that_lags_behind_the_floor_is_answered_by_the_primary(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    replica = Shelf(rows=dict(kitchen.shelf.rows))
    kitchen.shelf.put(7, 2, "fig")
    cache.invalidate(7, version=2)

    result = cache.get(7, load=replica.load, reload=kitchen.shelf.load)

    assert (result.value, result.version) == (Jam("fig"), 2)
    assert (replica.loads, kitchen.shelf.loads) == ([[7]], [[7]])
    assert version_of(kitchen.entry()) == 2


def test_a_row_that_a_replica_does_not_have_yet_is_sought_on_the_primary(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    replica = Shelf()
    cache.invalidate(7, version=1)

    assert cache.get(7, load=replica.load, reload=kitchen.shelf.load).value == Jam("plum")


def test_without_a_replica_an_old_snapshot_is_asked_a_second_time(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.invalidate(7, version=2)
    kitchen.shelf.meanwhile = lambda: kitchen.shelf.put(7, 2, "fig")

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version) == (Jam("fig"), 2)
    assert kitchen.shelf.loads == [[7], [7]]


def test_nothing_below_the_floor_is_stored_even_if_the_primary_says_so(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    cache.invalidate(7, version=9)

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.status, result.event.detail) == (Status.MISS, "below floor")
    assert version_of(kitchen.entry()) == 9


def test_what_another_process_is_loading_is_waited_for_and_not_loaded(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    token = kitchen.hold_lease()
    wait = kitchen.clock.wait

    def arrive(seconds: float) -> None:
        wait(seconds)
        kitchen.others_fill(1, "plum", token=token)

    kitchen.clock.wait = arrive  # type: ignore[method-assign]

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status, result.event.collapsed) == (Jam("plum"), Status.MISS, True)
    assert kitchen.shelf.loads == []


def test_where_the_other_process_has_died_its_lease_runs_out_and_this_one_loads_and_fills(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.hold_lease()
    before = kitchen.clock.monotonic()

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "")
    assert JAM_POLICY.lease <= kitchen.clock.monotonic() - before <= JAM_POLICY.lease + 0.1
    assert version_of(kitchen.entry()) == 1


def test_whoever_has_waited_too_long_loads_and_does_not_fill(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.hold_lease(lease_ms=60_000)
    before = kitchen.clock.monotonic()

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "not stored")
    assert JAM_POLICY.wait_limit <= kitchen.clock.monotonic() - before <= JAM_POLICY.wait_limit + 0.1
    assert kitchen.entry() is None


def test_in_another_process_a_loads_error_lets_the_next_one_load_at_once(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.shelf.error = LookupError("a defect")
    with pytest.raises(LookupError):
        cache.get(7, load=kitchen.shelf.load)
    kitchen.shelf.error = None
    before = kitchen.clock.monotonic()

    assert kitchen.cache().get(7, load=kitchen.shelf.load).value == Jam("plum")
    assert kitchen.clock.monotonic() == before
