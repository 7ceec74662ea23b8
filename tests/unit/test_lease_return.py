"""A lease that nobody knows to hold is released until the store has answered."""

import logging
import threading

import pytest

from shop.caching import lease_return
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.clock import ManualClock
from shop.caching.guarded_store import GuardedStore
from shop.caching.lease_return import ANSWERS, PAUSE, give_back
from shop.caching.memory_store import MemoryStore
from shop.caching.store import Lease, LeaseAnswer, StoreBusyError, StoreError, StoreSkippedError
from tests.unit.memory_ground import ObservedStore

KEYS = ["jam:{7}", "jam:{8}"]
PATIENCE_S = 60.0
LONG_S = 10.0


class Outage:
    """A store that fails at each call until the clock has moved on this far."""

    def __init__(self, seconds: float) -> None:
        self.clock = ManualClock()
        self.memory = MemoryStore(clock=self.clock)
        self.observed = ObservedStore(self.memory)
        self.breaker = CircuitBreaker(clock=self.clock)
        self.store = GuardedStore(self.observed, breaker=self.breaker)
        self._ends_at = self.clock.monotonic() + seconds
        self.observed.error = StoreError("timed out") if seconds else None

    def now(self) -> float:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        if self.clock.monotonic() >= self._ends_at:
            self.observed.error = None

    def take(self, token: str) -> list[LeaseAnswer]:
        leases = [Lease(key, b"") for key in KEYS]
        return [reply.answer for reply in self.memory.lease(leases, token=token, lease_ms=3_600_000)]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_return, "GIVE_UP_AFTER", PATIENCE_S)


def test_a_store_that_answers_is_asked_twice_and_the_leases_are_free() -> None:
    outage = Outage(0)
    outage.take("mine")

    lease_return._release(outage.store, KEYS, "mine", outage)

    assert outage.observed.calls == ["release"] * ANSWERS
    assert outage.take("next") == [LeaseAnswer.GRANTED] * 2


def test_the_leases_of_somebody_else_stay() -> None:
    outage = Outage(0)
    outage.take("theirs")

    lease_return._release(outage.store, KEYS, "mine", outage)

    assert outage.take("next") == [LeaseAnswer.BUSY] * 2


def test_a_store_that_fails_is_asked_until_it_has_answered_twice() -> None:
    outage = Outage(30)
    outage.take("mine")

    lease_return._release(outage.store, KEYS, "mine", outage)

    assert len(outage.observed.calls) == pytest.approx(30 / PAUSE + ANSWERS, abs=2)
    assert outage.take("next") == [LeaseAnswer.GRANTED] * 2


def test_a_lease_that_is_granted_between_the_two_answers_is_given_back_as_well() -> None:
    class Late(Outage):
        def wait(self, seconds: float) -> None:
            super().wait(seconds)
            if len(self.observed.calls) == 1:
                self.take("mine")

    late = Late(0)
    lease_return._release(late.store, KEYS, "mine", late)

    assert late.take("next") == [LeaseAnswer.GRANTED] * 2


def test_a_store_that_never_answers_is_given_up_after_a_minute_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage = Outage(3600)
    started = outage.monotonic()

    with caplog.at_level(logging.WARNING):
        lease_return._release(outage.store, KEYS, "mine", outage)

    assert outage.monotonic() - started == pytest.approx(PATIENCE_S, abs=2 * PAUSE)
    assert "leases were not given back: timed out" in caplog.text


def test_its_failures_tell_the_breaker_nothing() -> None:
    outage = Outage(5)

    lease_return._release(outage.store, KEYS, "mine", outage)

    assert outage.breaker.state is BreakerState.CLOSED


def test_an_open_breaker_does_not_stop_it_and_stays_open() -> None:
    outage = Outage(0)
    for _ in range(5):
        permit = outage.breaker.admit()
        assert permit is not None
        outage.breaker.failed(permit)

    lease_return._release(outage.store, KEYS, "mine", outage)

    assert outage.observed.calls == ["release"] * ANSWERS
    assert outage.breaker.state is BreakerState.OPEN


@pytest.mark.parametrize("error", [StoreBusyError("no connection"), StoreSkippedError("breaker open")])
def test_a_call_that_never_left_this_process_needs_no_return(error: StoreError) -> None:
    outage = Outage(0)
    before = set(threading.enumerate())

    give_back(outage.store, KEYS, token="mine", after=error)

    assert set(threading.enumerate()) <= before
    assert outage.observed.calls == []


def test_a_call_that_may_have_arrived_is_followed_by_a_return_in_the_background() -> None:
    outage = Outage(0)
    released = threading.Event()

    class Waking(ObservedStore):
        def release(self, keys: object, *, token: str) -> None:
            released.set()

    give_back(Waking(outage.memory), KEYS, token="mine", after=StoreError("timed out"))

    assert released.wait(LONG_S)
