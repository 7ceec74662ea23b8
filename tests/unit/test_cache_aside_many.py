"""Many keys at once: one read, one lease, one load and one fill for all that is missing."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import Jam, Kitchen, ShelfError


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    for entry_id in range(1, 10):
        made.shelf.put(entry_id, entry_id, f"fruit {entry_id}")
    return made


def test_all_that_is_missing_costs_one_read_one_lease_one_load_and_one_fill(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    cache.get_many([2, 4], load=kitchen.shelf.load)
    kitchen.forget_calls()

    results = cache.get_many([5, 4, 3, 2, 1], load=kitchen.shelf.load)

    assert kitchen.store.calls == ["read", "lease", "fill"]
    assert kitchen.shelf.loads == [[5, 3, 1]]
    assert [result.status for result in results.values()] == [
        Status.MISS,
        Status.HIT,
        Status.MISS,
        Status.HIT,
        Status.MISS,
    ]


def test_the_answers_stand_in_the_order_asked_for(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get_many([4, 99], load=kitchen.shelf.load)

    results = cache.get_many([9, 99, 4, 1], load=kitchen.shelf.load)

    assert list(results) == [9, 99, 4, 1]
    assert [result.version for result in results.values()] == [9, 0, 4, 1]


def test_what_is_all_there_costs_one_round_trip(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get_many([1, 2, 99], load=kitchen.shelf.load)
    kitchen.forget_calls()

    results = cache.get_many([1, 2, 99], load=kitchen.shelf.load)

    assert kitchen.store.calls == ["read"]
    assert [result.status for result in results.values()] == [Status.HIT, Status.HIT, Status.NEGATIVE]


def test_an_id_that_is_asked_for_twice_is_loaded_and_told_of_once(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    results = cache.get_many([3, 1, 3], load=kitchen.shelf.load)

    assert list(results) == [3, 1]
    assert kitchen.shelf.loads == [[3, 1]]
    assert [event.entry_id for event in kitchen.events] == [3, 1]


def test_no_ids_are_answered_by_nothing(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    assert cache.get_many([], load=kitchen.shelf.load) == {}
    assert kitchen.shelf.loads == []
    assert kitchen.events == []


def test_listeners_hear_of_each_key_once(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get_many([1], load=kitchen.shelf.load)
    kitchen.forget_calls()

    results = cache.get_many([1, 2, 99], load=kitchen.shelf.load)

    heard = {event.entry_id: event for event in kitchen.events}
    assert len(kitchen.events) == 3
    assert heard == {entry_id: result.event for entry_id, result in results.items()}
    assert {event.cache for event in kitchen.events} == {"jam"}


def test_where_the_store_fails_all_are_loaded_by_one_statement(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.store.error = StoreError("timed out")

    results = cache.get_many([1, 2, 3], load=kitchen.shelf.load)

    assert {result.status for result in results.values()} == {Status.ERROR}
    assert kitchen.shelf.loads == [[1, 2, 3]]


def test_one_value_that_can_not_be_stored_does_not_keep_the_others_out(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.shelf.rows[2] = type(kitchen.shelf.rows[2])(2, Jam("odd", grams=float("inf")))

    cache.get_many([1, 2, 3], load=kitchen.shelf.load)

    results = kitchen.cache().get_many([1, 2, 3], load=kitchen.shelf.load)
    assert [result.status for result in results.values()] == [Status.HIT, Status.MISS, Status.HIT]


def test_a_failed_load_gives_all_leases_back(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.error = ShelfError("gone")
    with pytest.raises(ShelfError):
        cache.get_many([1, 2], load=kitchen.shelf.load)
    assert kitchen.store.calls == ["read", "lease", "release"]

    kitchen.shelf.error = None
    kitchen.hold_lease(1)
    kitchen.hold_lease(2)


def test_each_key_has_a_floor_of_its_own(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get_many([1, 2], load=kitchen.shelf.load)
    kitchen.shelf.put(1, 11, "newer")

    results = cache.get_many([1, 2], load=kitchen.shelf.load, floors={1: 11})

    assert [(result.version, result.status) for result in results.values()] == [(11, Status.MISS), (2, Status.HIT)]
