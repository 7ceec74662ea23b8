"""Many threads of one process that miss the same key at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.load_gate import LoadGate
from shop.caching.results import Result, Status
from tests.unit.memory_ground import Jam, Kitchen

CALLERS = 500
LONG_S = 10.0


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.gate = LoadGate(limit=8, patience=LONG_S)
    made.shelf.put(7, 1)
    return made


def test_500_threads_that_miss_the_same_key_cause_one_load(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    at_once = threading.Barrier(CALLERS)

    def ask(_: int) -> Result[Jam]:
        at_once.wait(LONG_S)
        return cache.get(7, load=kitchen.shelf.load)

    with ThreadPoolExecutor(CALLERS) as callers:
        results = list(callers.map(ask, range(CALLERS)))

    assert kitchen.shelf.loads == [[7]]
    assert {result.value for result in results} == {Jam("plum")}
    loaders = [result for result in results if result.status is Status.MISS and not result.event.collapsed]
    assert len(loaders) == 1


def test_whoever_knows_of_a_write_does_not_share_a_load_that_began_before_it(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    loading, written = threading.Event(), threading.Event()

    def stall() -> None:
        kitchen.shelf.meanwhile = lambda: None
        loading.set()
        written.wait(LONG_S)

    kitchen.shelf.meanwhile = stall
    with ThreadPoolExecutor(1) as caller:
        before = caller.submit(cache.get, 7, load=kitchen.shelf.load)
        loading.wait(LONG_S)
        kitchen.shelf.put(7, 2, "fig")
        cache.invalidate(7, version=2)

        own = cache.get(7, load=kitchen.shelf.load)
        written.set()

        assert before.result(LONG_S).value == Jam("plum")
    assert own.value == Jam("fig")
    assert cache.get(7, load=kitchen.shelf.load).value == Jam("fig")
