"""A store behind its breaker: what counts as its failure, and what a request does after one."""

from collections.abc import Callable

import pytest

from shop.caching import provenance
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.clock import ManualClock
from shop.caching.guard import past_the_breaker
from shop.caching.guarded_store import GuardedStore
from shop.caching.memory_store import MemoryStore
from shop.caching.store import Fill, Invalidation, Lease, Put, StoreBusyError, StoreError, StoreSkippedError
from tests.unit.memory_ground import ObservedStore

THRESHOLD = 5
RECOVERY = 30.0


class Guard:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.inner = ObservedStore(MemoryStore(clock=self.clock))
        self.breaker = CircuitBreaker(clock=self.clock)
        self.store = GuardedStore(self.inner, breaker=self.breaker)

    def fail(self, error: Exception, times: int) -> None:
        self.inner.error = error
        for _ in range(times):
            with pytest.raises(type(error)):
                self.store.read(["jam"])
        self.inner.error = None


@pytest.fixture
def guard() -> Guard:
    return Guard()


CALLS: dict[str, Callable[[GuardedStore], object]] = {
    "read": lambda store: store.read(["jam"]),
    "lease": lambda store: store.lease([Lease("jam", b"")], token="t", lease_ms=1000),
    "fill": lambda store: store.fill([Fill("jam", b"", 1000)], token="t"),
    "release": lambda store: store.release(["jam"], token="t"),
    "put": lambda store: store.put([Put("jam", b"", 1000)], token="t", lease_ms=1000, tombstone_ms=1000),
    "invalidate": lambda store: store.invalidate([Invalidation("jam", 1)], now_ms=0, tombstone_ms=1000),
    "mark": lambda store: store.mark("jam"),
    "tell": lambda store: store.tell("empty", channel="changes"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_failure_of_any_method_counts(guard: Guard, call: Callable[[GuardedStore], object]) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD - 1)
    guard.inner.error = StoreError("timed out")

    with pytest.raises(StoreError, match="timed out"):
        call(guard.store)

    assert guard.breaker.state is BreakerState.OPEN


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_behind_an_open_breaker_no_method_reaches_the_store(
    guard: Guard, call: Callable[[GuardedStore], object]
) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD)
    guard.inner.calls.clear()

    with pytest.raises(StoreSkippedError, match="breaker open"):
        call(guard.store)

    assert guard.inner.calls == []


def test_a_success_starts_the_count_again(guard: Guard) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD - 1)
    guard.store.read(["jam"])
    guard.fail(StoreError("timed out"), THRESHOLD - 1)

    assert guard.breaker.state is BreakerState.CLOSED


def test_an_exhausted_pool_is_no_failure_of_the_store(guard: Guard) -> None:
    guard.fail(StoreBusyError("no connection to spare"), 2 * THRESHOLD)

    assert guard.breaker.state is BreakerState.CLOSED


def test_an_exhausted_pool_does_not_end_a_row_of_failures(guard: Guard) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD - 1)
    guard.fail(StoreBusyError("no connection to spare"), 1)
    guard.fail(StoreError("timed out"), 1)

    assert guard.breaker.state is BreakerState.OPEN


@pytest.mark.parametrize("error", [StoreBusyError("no connection to spare"), LookupError("a defect")])
def test_a_probe_that_learns_nothing_lets_the_next_one_probe(guard: Guard, error: Exception) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD)
    guard.clock.advance(RECOVERY)

    guard.fail(error, 1)
    guard.store.read(["jam"])

    assert guard.breaker.state is BreakerState.CLOSED


def test_a_probe_that_succeeds_lets_everybody_through(guard: Guard) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD)
    guard.clock.advance(RECOVERY)

    assert guard.store.read(["jam"]) == [None]
    assert guard.store.read(["jam"]) == [None]


def test_after_one_failure_a_request_leaves_the_cache_alone(guard: Guard) -> None:
    with provenance.collected() as request:
        guard.fail(StoreError("timed out"), 1)
        guard.inner.calls.clear()

        with pytest.raises(StoreSkippedError, match="earlier in this request"):
            guard.store.read(["jam"])

    assert request.cache_failed
    assert guard.inner.calls == []
    with provenance.collected():
        assert guard.store.read(["jam"]) == [None]


def test_an_exhausted_pool_does_not_cut_a_request_off_from_the_cache(guard: Guard) -> None:
    with provenance.collected():
        guard.fail(StoreBusyError("no connection to spare"), 1)

        assert guard.store.read(["jam"]) == [None]


def test_a_request_that_was_cut_off_does_not_count_as_a_failure(guard: Guard) -> None:
    with provenance.collected():
        guard.fail(StoreError("timed out"), 1)
        for _ in range(2 * THRESHOLD):
            with pytest.raises(StoreSkippedError):
                guard.store.read(["jam"])

    assert guard.breaker.state is BreakerState.CLOSED


def test_the_round_trips_of_a_request_are_counted(guard: Guard) -> None:
    with provenance.collected() as request:
        guard.store.read(["jam", "fig"])
        guard.store.mark("retired")

    assert request.round_trips == 2


def test_a_repairer_reaches_the_store_past_the_breaker_and_tells_it_nothing(guard: Guard) -> None:
    guard.fail(StoreError("timed out"), THRESHOLD)

    with past_the_breaker():
        assert guard.store.read(["jam"]) == [None]
        guard.inner.error = StoreError("timed out")
        with pytest.raises(StoreError, match="timed out"):
            guard.store.read(["jam"])

    assert guard.breaker.state is BreakerState.OPEN
    with pytest.raises(StoreSkippedError):
        guard.store.read(["jam"])
