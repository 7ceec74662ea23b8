"""Callers of one process that have certainly joined a load: the loader goes on only when all of them wait for it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from shop.caching import leased_load
from shop.caching.entry import Versioned
from shop.caching.load_gate import LoadGate
from shop.caching.results import Result, Status
from shop.caching.single_flight import Flight
from shop.caching.store import StoreError
from tests.unit.memory_ground import Jam, Kitchen, ShelfError

FOLLOWERS = 99
LONG_S = 10.0


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.gate = LoadGate(limit=8, patience=LONG_S)
    made.shelf.put(7, 1)
    return made


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released by each caller that begins to wait for somebody else's load."""
    begun = threading.Semaphore(0)
    wait: Callable[[Flight[object], float], object] = Flight.wait

    def tell(flight: Flight[object], timeout: float) -> object:
        begun.release()
        return wait(flight, timeout)

    monkeypatch.setattr(Flight, "wait", tell)
    return begun


def crowd(kitchen: Kitchen, waiting: threading.Semaphore) -> list[Future[Result[Jam]]]:
    """100 callers, of whom one loads, and goes on when the other 99 wait for it."""
    cache = kitchen.cache()

    def load(entry_ids: Sequence[int]) -> dict[int, Versioned[Jam]]:
        for _ in range(FOLLOWERS):
            assert waiting.acquire(timeout=LONG_S)
        return kitchen.shelf.load(entry_ids)

    with ThreadPoolExecutor(FOLLOWERS + 1) as callers:
        return [callers.submit(cache.get, 7, load=load) for _ in range(FOLLOWERS + 1)]


def test_100_callers_share_one_load_one_lease_and_one_fill(kitchen: Kitchen, waiting: threading.Semaphore) -> None:
    results = [caller.result() for caller in crowd(kitchen, waiting)]

    assert {(result.value, result.version, result.status) for result in results} == {(Jam("plum"), 1, Status.MISS)}
    assert sum(result.event.collapsed for result in results) == FOLLOWERS
    assert kitchen.shelf.loads == [[7]]
    assert (kitchen.store.calls.count("lease"), kitchen.store.calls.count("fill")) == (1, 1)


def test_100_callers_share_one_load_also_where_the_store_fails(kitchen: Kitchen, waiting: threading.Semaphore) -> None:
    kitchen.store.error = StoreError("timed out")

    results = [caller.result() for caller in crowd(kitchen, waiting)]

    assert {result.value for result in results} == {Jam("plum")}
    assert {result.status for result in results} <= {Status.ERROR, Status.SKIPPED}
    assert kitchen.shelf.loads == [[7]]


def test_the_error_of_the_one_that_loads_reaches_all(kitchen: Kitchen, waiting: threading.Semaphore) -> None:
    kitchen.shelf.error = ShelfError("gone")

    assert [type(caller.exception()) for caller in crowd(kitchen, waiting)] == [ShelfError] * (FOLLOWERS + 1)

    assert len(kitchen.shelf.loads) == 1
    kitchen.shelf.error = None
    assert kitchen.cache().get(7, load=kitchen.shelf.load).value == Jam("plum")


def test_a_load_of_before_a_write_is_not_joined_though_the_store_did_not_take_the_invalidation(
    kitchen: Kitchen, waiting: threading.Semaphore
) -> None:
    cache = kitchen.cache()
    loading, written = threading.Event(), threading.Event()

    def stall() -> None:
        kitchen.shelf.meanwhile = lambda: None
        loading.set()
        written.wait(LONG_S)

    kitchen.shelf.meanwhile = stall
    with ThreadPoolExecutor(2) as callers:
        before = callers.submit(cache.get, 7, load=kitchen.shelf.load)
        assert loading.wait(LONG_S)
        kitchen.shelf.put(7, 2, "fig")
        kitchen.store.error = StoreError("timed out")
        assert not cache.invalidate(7, version=2)

        own = callers.submit(cache.get, 7, load=kitchen.shelf.load).result(LONG_S)
        written.set()

        assert before.result(LONG_S).value == Jam("plum")
    assert (own.value, own.status) == (Jam("fig"), Status.ERROR)
    assert not waiting.acquire(blocking=False), "somebody joined"


@pytest.mark.parametrize("fenced", [True, False], ids=["fenced", "control: joins whatever lands"])
def test_a_load_that_lost_its_lease_is_not_shared_with_whoever_came_after_the_write(
    kitchen: Kitchen, waiting: threading.Semaphore, monkeypatch: pytest.MonkeyPatch, fenced: bool
) -> None:
    """1. A reader loads; 2. another process writes; 3. the entry is evicted; 4. a second reader joins the load of 1."""
    if not fenced:
        monkeypatch.setattr(leased_load, "LEASE_LOST", "none such")
    cache = kitchen.cache()
    loading, go = threading.Event(), threading.Event()

    def stall() -> None:
        kitchen.shelf.meanwhile = lambda: None
        loading.set()
        assert go.wait(LONG_S)

    kitchen.shelf.meanwhile = stall
    with ThreadPoolExecutor(2) as callers:
        before = callers.submit(cache.get, 7, load=kitchen.shelf.load)
        assert loading.wait(LONG_S)
        kitchen.shelf.put(7, 2, "fig")
        kitchen.cache().invalidate(7, version=2)
        del kitchen.memory._data[kitchen.key()]
        after = callers.submit(cache.get, 7, load=kitchen.shelf.load)
        assert waiting.acquire(timeout=LONG_S)
        go.set()

        assert before.result(LONG_S).value == Jam("plum")
        assert (after.result(LONG_S).value == Jam("fig")) is fenced


def test_a_crowd_whose_load_lost_its_lease_loads_once_more_together(
    kitchen: Kitchen, waiting: threading.Semaphore
) -> None:
    cache = kitchen.cache()

    def load(entry_ids: Sequence[int]) -> dict[int, Versioned[Jam]]:
        if not kitchen.shelf.loads:
            for _ in range(FOLLOWERS):
                assert waiting.acquire(timeout=LONG_S)
            kitchen.memory._data.clear()
        return kitchen.shelf.load(entry_ids)

    with ThreadPoolExecutor(FOLLOWERS + 1) as callers:
        crowd = [callers.submit(cache.get, 7, load=load) for _ in range(FOLLOWERS + 1)]

    assert {caller.result().value for caller in crowd} == {Jam("plum")}
    assert len(kitchen.shelf.loads) == 2
