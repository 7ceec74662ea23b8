"""Who sees what was prefetched: the block and its thread, the innermost first, and nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.prefetch import prefetch
from shop.caching.results import Status
from shop.caching.store import StoreBusyError
from tests.unit.memory_ground import Jam, Kitchen

LONG_S = 10.0


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    for entry_id in range(1, 6):
        made.shelf.put(entry_id, 1)
    return made


@pytest.fixture
def cache(kitchen: Kitchen) -> CacheAside[Jam]:
    """Entries 1 to 3 are in the store."""
    made = kitchen.cache()
    made.get_many([1, 2, 3], load=kitchen.shelf.load)
    kitchen.forget_calls()
    return made


def test_a_list_that_is_held_in_part_costs_one_round_trip_for_all_of_it(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    with prefetch(cache.ref(1), cache.ref(2)):
        results = cache.get_many([1, 2, 3], load=kitchen.shelf.load)

    assert [result.status for result in results.values()] == [Status.HIT] * 3
    assert kitchen.store.calls == ["read"] * 2


def test_an_inner_block_reads_anew_and_the_outer_keeps_what_it_has(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    def write_elsewhere() -> None:
        other = kitchen.cache()
        kitchen.shelf.put(1, 2, "fig")
        other.invalidate(1, version=2)
        other.get(1, load=kitchen.shelf.load)

    with prefetch(cache.ref(1), cache.ref(2)):
        with ThreadPoolExecutor(1) as writer:
            writer.submit(write_elsewhere).result(LONG_S)
        with prefetch(cache.ref(1)):
            assert cache.get(1, load=kitchen.shelf.load).value == Jam("fig")
        assert cache.get(1, load=kitchen.shelf.load).value == Jam("plum")

    assert cache.get(1, load=kitchen.shelf.load).value == Jam("fig")


def test_the_blocks_of_two_threads_do_not_mix(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    together = threading.Barrier(2)

    def page(entry_id: int) -> list[Status]:
        with prefetch(cache.ref(entry_id)):
            together.wait(LONG_S)
            statuses = [cache.get(entry_id, load=kitchen.shelf.load).status for _ in range(3)]
            together.wait(LONG_S)
        return statuses

    with ThreadPoolExecutor(2) as pages:
        statuses = list(pages.map(page, [1, 2]))

    assert statuses == [[Status.HIT] * 3] * 2
    assert kitchen.store.calls == ["read"] * 2


def test_a_thread_without_a_block_reads_for_itself(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    with prefetch(cache.ref(1)), ThreadPoolExecutor(1) as other:
        assert other.submit(cache.get, 1, load=kitchen.shelf.load).result(LONG_S).status is Status.HIT

    assert kitchen.store.calls == ["read"] * 2


def test_what_another_process_has_filled_meanwhile_is_found_by_the_lease_and_not_loaded(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    with prefetch(cache.ref(4)):
        kitchen.cache().get(4, load=kitchen.shelf.load)
        kitchen.forget_calls()

        result = cache.get(4, load=kitchen.shelf.load)

    assert (result.value, result.status, result.event.collapsed) == (Jam("plum"), Status.MISS, True)
    assert kitchen.store.calls == ["lease"]
    assert kitchen.shelf.loads == []


def test_a_failed_block_fails_only_what_it_names(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.store.error = StoreBusyError("no connection to spare")

    with prefetch(cache.ref(1)):
        kitchen.store.error = None
        kitchen.forget_calls()
        named = [cache.get(1, load=kitchen.shelf.load).status for _ in range(2)]
        assert kitchen.store.calls == []
        other = cache.get(2, load=kitchen.shelf.load).status

    assert named == [Status.ERROR] * 2
    assert other is Status.HIT
    assert cache.get(1, load=kitchen.shelf.load).status is Status.HIT
