"""The bound on loads at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from shop.caching.load_gate import LoadGate, OverloadedError

CALLERS = 64
LIMIT = 8
LONG_S = 10.0


def test_never_more_than_the_limit_are_inside() -> None:
    gate = LoadGate(limit=LIMIT, patience=LONG_S)
    lock = threading.Lock()
    full = threading.Event()
    inside = most = 0

    def load(_: int) -> None:
        nonlocal inside, most
        with gate.load():
            with lock:
                inside += 1
                most = max(most, inside)
                if inside == LIMIT:
                    full.set()
            full.wait(LONG_S)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(load, range(CALLERS)))

    assert most == LIMIT


def test_whoever_finds_no_place_in_time_is_told_when_to_come_back() -> None:
    gate = LoadGate(limit=1, patience=0.001)

    with gate.load(), pytest.raises(OverloadedError, match="too many loads at once") as refused, gate.load():
        pass

    assert refused.value.retry_after > 0


def test_whoever_waits_gets_the_place_that_comes_free() -> None:
    gate = LoadGate(limit=1, patience=LONG_S)
    loaded = threading.Event()

    def load() -> None:
        with gate.load():
            loaded.set()

    with ThreadPoolExecutor(1) as caller:
        with gate.load():
            waiting = caller.submit(load)
            assert not loaded.is_set()
        waiting.result(LONG_S)

    assert loaded.is_set()


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt])
def test_a_failed_load_gives_its_place_back(error: type[BaseException]) -> None:
    gate = LoadGate(limit=1, patience=0)

    with pytest.raises(error), gate.load():
        raise error

    with gate.load():
        pass


def test_a_refusal_takes_no_place() -> None:
    gate = LoadGate(limit=2, patience=0)

    with ExitStack() as inside:
        inside.enter_context(gate.load())
        inside.enter_context(gate.load())
        for _ in range(5):
            with pytest.raises(OverloadedError), gate.load():
                pass

    with gate.load(), gate.load():
        pass


@pytest.mark.parametrize(("limit", "patience"), [(0, 0.4), (-1, 0.4), (1, -0.1)])
def test_a_gate_that_lets_nobody_in_is_refused(limit: int, patience: float) -> None:
    with pytest.raises(ValueError, match="a gate needs"):
        LoadGate(limit=limit, patience=patience)
