"""A write and a load of the same row under way in the same process."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.load_gate import LoadGate
from shop.caching.single_flight import Flight
from shop.caching.store import StoreError
from tests.unit.memory_ground import Jam, Kitchen

LONG_S = 10.0


def test_after_a_write_nobody_in_this_process_joins_a_load_that_began_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The put is lost, so that no floor in the store helps. Whoever waited would let the old load land."""
    kitchen = Kitchen()
    kitchen.shelf.put(7, 1)
    began, go = threading.Event(), threading.Event()
    wait: Callable[[Flight[object], float], object] = Flight.wait

    def let_it_land(flight: Flight[object], timeout: float) -> object:
        go.set()
        return wait(flight, timeout)

    def stall() -> None:
        kitchen.shelf.meanwhile = lambda: None
        began.set()
        go.wait(LONG_S)

    monkeypatch.setattr(Flight, "wait", let_it_land)
    kitchen.gate = LoadGate(limit=8, patience=LONG_S)
    kitchen.shelf.meanwhile = stall
    stock = kitchen.stock()

    with ThreadPoolExecutor(1) as elsewhere:
        reader = elsewhere.submit(stock.get, 7)
        assert began.wait(LONG_S)
        kitchen.store.error = StoreError("timed out")
        with stock.writing(7):
            kitchen.shelf.put(7, 2, "fig")
        seen = stock.get(7).value
        go.set()

    assert (seen, reader.result().value) == (Jam("fig"), Jam("plum"))
