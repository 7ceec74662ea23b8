"""One read for all that a page will ask for."""

from dataclasses import replace

import pytest

from shop.caching import provenance
from shop.caching.cache_aside import CacheAside
from shop.caching.prefetch import prefetch
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen

BREAD_POLICY = replace(JAM_POLICY, name="bread")
Caches = tuple[CacheAside[Jam], CacheAside[Jam]]


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    for entry_id in range(1, 10):
        made.shelf.put(entry_id, 1)
    return made


@pytest.fixture
def caches(kitchen: Kitchen) -> Caches:
    """Two caches of one process, with entries 1 to 3 in each."""
    jam, bread = kitchen.caches(JAM_POLICY, BREAD_POLICY)
    for cache in (jam, bread):
        cache.get_many([1, 2, 3], load=kitchen.shelf.load)
    kitchen.forget_calls()
    return jam, bread


def test_all_reads_inside_are_served_by_one_round_trip(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches

    with prefetch(jam.ref(1), jam.ref(2), bread.ref(1)):
        results = [jam.get(1, load=kitchen.shelf.load), bread.get(1, load=kitchen.shelf.load)]
        results += jam.get_many([2, 1], load=kitchen.shelf.load).values()

    assert [result.status for result in results] == [Status.HIT] * 4
    assert kitchen.store.calls == ["read"]
    assert kitchen.shelf.loads == []


def test_the_entries_of_two_caches_with_the_same_id_are_told_apart(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches
    kitchen.shelf.put(1, 2, "rye")
    bread.invalidate(1, version=2)
    bread.get(1, load=kitchen.shelf.load)

    with prefetch(jam.ref(1), bread.ref(1)):
        assert jam.get(1, load=kitchen.shelf.load).value == Jam("plum")
        assert bread.get(1, load=kitchen.shelf.load).value == Jam("rye")


def test_what_was_not_prefetched_costs_a_round_trip_of_its_own(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches

    with prefetch(jam.ref(1)):
        assert jam.get_many([1, 2], load=kitchen.shelf.load)[2].status is Status.HIT
        assert bread.get(1, load=kitchen.shelf.load).status is Status.HIT

    assert kitchen.store.calls == ["read"] * 3


def test_what_was_prefetched_and_missing_is_loaded_and_filled(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(4), jam.ref(5)):
        results = jam.get_many([4, 5], load=kitchen.shelf.load)

    assert [result.status for result in results.values()] == [Status.MISS] * 2
    assert kitchen.store.calls == ["read", "lease", "fill"]
    assert kitchen.shelf.loads == [[4, 5]]


def test_a_miss_inside_is_loaded_once_however_often_it_is_asked_for(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(4)):
        values = [jam.get(4, load=kitchen.shelf.load).value for _ in range(3)]

    assert values == [Jam("plum")] * 3
    assert kitchen.shelf.loads == [[4]]


def test_an_absent_row_is_prefetched_too(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches
    jam.get(99, load=kitchen.shelf.load)
    kitchen.forget_calls()

    with prefetch(jam.ref(99)):
        assert jam.get(99, load=kitchen.shelf.load).status is Status.NEGATIVE

    assert kitchen.store.calls == ["read"]


def test_what_this_thread_writes_inside_is_seen_by_its_next_read(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches

    with prefetch(jam.ref(1), jam.ref(2), bread.ref(1)):
        kitchen.shelf.put(1, 2, "fig")
        jam.invalidate(1, version=2)

        assert jam.get(1, load=kitchen.shelf.load).value == Jam("fig")
        kitchen.store.calls.clear()
        assert bread.get(1, load=kitchen.shelf.load).status is Status.HIT
        assert jam.get(2, load=kitchen.shelf.load).status is Status.HIT

    assert kitchen.store.calls == []


def test_a_write_drops_what_an_outer_prefetch_holds_as_well(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(1)):
        with prefetch(jam.ref(1)):
            kitchen.shelf.put(1, 2, "fig")
            jam.invalidate(1, version=2)
            assert jam.get(1, load=kitchen.shelf.load).value == Jam("fig")
        assert jam.get(1, load=kitchen.shelf.load).value == Jam("fig")


def test_a_known_floor_is_respected_inside(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(1)):
        kitchen.shelf.put(1, 2, "fig")
        assert jam.get(1, load=kitchen.shelf.load, floor=2).value == Jam("fig")


def test_after_the_block_the_store_is_asked_again(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(1)):
        jam.get(1, load=kitchen.shelf.load)
    jam.get(1, load=kitchen.shelf.load)

    assert kitchen.store.calls == ["read", "read"]


def test_a_prefetch_that_ends_by_an_error_is_forgotten(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with pytest.raises(LookupError), prefetch(jam.ref(1)):
        raise LookupError
    jam.get(1, load=kitchen.shelf.load)

    assert kitchen.store.calls == ["read", "read"]


def test_a_failed_prefetch_is_not_tried_again_and_every_read_says_error(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches
    kitchen.store.error = StoreError("timed out")

    with prefetch(jam.ref(1), bread.ref(1)):
        results = [jam.get(1, load=kitchen.shelf.load), bread.get(1, load=kitchen.shelf.load)]

    assert [(result.value, result.status) for result in results] == [(Jam("plum"), Status.ERROR)] * 2
    assert kitchen.store.calls == ["read"]


def test_inside_a_transaction_nothing_is_prefetched(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches
    kitchen.in_transaction = True

    with prefetch(jam.ref(1)):
        assert jam.get(1, load=kitchen.shelf.load).status is Status.BYPASSED

    assert kitchen.store.calls == []


def test_a_transaction_that_begins_inside_reads_past_what_was_prefetched(kitchen: Kitchen, caches: Caches) -> None:
    jam, _ = caches

    with prefetch(jam.ref(1)):
        kitchen.in_transaction = True
        kitchen.shelf.put(1, 2, "fig")
        assert jam.get(1, load=kitchen.shelf.load).value == Jam("fig")


def test_a_prefetch_of_nothing_asks_nobody(kitchen: Kitchen) -> None:
    with prefetch():
        pass

    assert kitchen.store.calls == []


def test_a_page_counts_its_prefetch_as_one_round_trip(kitchen: Kitchen, caches: Caches) -> None:
    jam, bread = caches

    with provenance.collected() as page, prefetch(jam.ref(1), jam.ref(2), bread.ref(3)):
        jam.get_many([1, 2], load=kitchen.shelf.load)
        bread.get(3, load=kitchen.shelf.load)

    assert page.round_trips == 1
    assert [event.status for event in page.events] == [Status.HIT] * 3
