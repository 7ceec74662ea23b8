"""The store did what it was asked and its answer was lost: the lease is given back, and nobody waits for it to end."""

import threading
from collections.abc import Callable, Sequence

import pytest

from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import Jam, Kitchen

LONG_S = 10.0


@pytest.fixture
def given_back(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when the store has carried out a release."""
    done = threading.Event()
    release = kitchen.memory.release

    def release_and_tell(keys: Sequence[str], *, token: str) -> None:
        release(keys, token=token)
        done.set()

    monkeypatch.setattr(kitchen.memory, "release", release_and_tell)
    return done


def lose_the_answer(kitchen: Kitchen, method: str, monkeypatch: pytest.MonkeyPatch, *, carried_out: bool) -> None:
    carry_out: Callable[..., object] = getattr(kitchen.memory, method)

    def answer_nothing(*arguments: object, **options: object) -> object:
        if carried_out:
            carry_out(*arguments, **options)
        monkeypatch.setattr(kitchen.memory, method, carry_out)
        raise StoreError("timed out")

    monkeypatch.setattr(kitchen.memory, method, answer_nothing)


@pytest.mark.parametrize(
    ("method", "carried_out"), [("lease", True), ("lease", False), ("fill", False)], ids=["lease", "no lease", "fill"]
)
def test_the_next_process_loads_at_once(
    kitchen: Kitchen,
    given_back: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    carried_out: bool,
) -> None:
    lose_the_answer(kitchen, method, monkeypatch, carried_out=carried_out)

    first = kitchen.cache().get(7, load=kitchen.shelf.load)

    assert (first.value, first.status, first.event.detail) == (Jam("plum"), Status.MISS, "not stored")
    assert given_back.wait(LONG_S)
    before = kitchen.clock.monotonic()
    second = kitchen.cache().get(7, load=kitchen.shelf.load)
    assert (second.status, second.event.detail) == (Status.MISS, "")
    assert kitchen.clock.monotonic() == before


def test_a_fill_whose_answer_was_lost_is_a_hit_for_the_next(
    kitchen: Kitchen, given_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_answer(kitchen, "fill", monkeypatch, carried_out=True)

    first = kitchen.cache().get(7, load=kitchen.shelf.load)

    assert first.event.detail == "not stored"
    assert given_back.wait(LONG_S)
    assert kitchen.cache().get(7, load=kitchen.shelf.load).status is Status.HIT
