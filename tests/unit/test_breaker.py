"""The circuit breaker: closed, open, half-open with exactly one probe."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.breaker import BreakerState, CircuitBreaker, Permit
from shop.caching.clock import ManualClock

THRESHOLD = 5
RECOVERY = 30.0
CALLERS = 64


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def breaker(clock: ManualClock) -> CircuitBreaker:
    return CircuitBreaker(clock=clock)


def admitted(breaker: CircuitBreaker) -> Permit:
    permit = breaker.admit()
    assert permit is not None
    return permit


def state_of(breaker: CircuitBreaker) -> BreakerState:
    return breaker.state


def fail(breaker: CircuitBreaker, times: int = THRESHOLD) -> None:
    for _ in range(times):
        breaker.failed(admitted(breaker))


def test_four_failures_in_a_row_leave_it_closed(breaker: CircuitBreaker) -> None:
    fail(breaker, THRESHOLD - 1)

    assert state_of(breaker) is BreakerState.CLOSED
    assert breaker.retry_in == 0.0
    assert breaker.admit() is not None


def test_the_fifth_failure_in_a_row_opens_it_for_30_seconds(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)

    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.retry_in == RECOVERY
    clock.advance(RECOVERY - 0.5)
    assert breaker.retry_in == 0.5
    assert breaker.admit() is None


def test_a_success_between_failures_starts_the_count_again(breaker: CircuitBreaker) -> None:
    fail(breaker, THRESHOLD - 1)
    breaker.succeeded(admitted(breaker))

    fail(breaker, THRESHOLD - 1)

    assert state_of(breaker) is BreakerState.CLOSED


def test_failures_of_calls_made_at_once_count_together(breaker: CircuitBreaker) -> None:
    permits = [admitted(breaker) for _ in range(THRESHOLD)]

    for permit in permits:
        breaker.failed(permit)

    assert state_of(breaker) is BreakerState.OPEN


def test_an_open_breaker_reads_open_until_somebody_asks_after_30_seconds(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    fail(breaker)
    clock.advance(RECOVERY)

    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.admit() is not None
    assert state_of(breaker) is BreakerState.HALF_OPEN


def test_only_one_of_64_threads_may_probe(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)
    clock.advance(RECOVERY)
    at_once = threading.Barrier(CALLERS)

    def ask(_: int) -> Permit | None:
        at_once.wait()
        return breaker.admit()

    with ThreadPoolExecutor(CALLERS) as callers:
        permits = list(callers.map(ask, range(CALLERS)))

    assert sum(permit is not None for permit in permits) == 1


def test_a_probe_that_succeeds_closes_it(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)
    clock.advance(RECOVERY)

    breaker.succeeded(admitted(breaker))

    assert state_of(breaker) is BreakerState.CLOSED
    fail(breaker, THRESHOLD - 1)
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_probe_that_fails_opens_it_for_another_30_seconds(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)
    clock.advance(RECOVERY + 7)

    breaker.failed(admitted(breaker))

    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.retry_in == RECOVERY
    assert breaker.admit() is None


def test_an_abandoned_probe_lets_the_next_caller_probe(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)
    clock.advance(RECOVERY)

    breaker.abandoned(admitted(breaker))

    probe = admitted(breaker)
    assert breaker.admit() is None
    breaker.succeeded(probe)
    assert state_of(breaker) is BreakerState.CLOSED


def test_an_abandoned_call_counts_neither_way(breaker: CircuitBreaker) -> None:
    fail(breaker, THRESHOLD - 1)
    breaker.abandoned(admitted(breaker))

    assert state_of(breaker) is BreakerState.CLOSED
    fail(breaker, 1)
    assert state_of(breaker) is BreakerState.OPEN


def test_a_late_success_of_a_call_of_before_does_not_close_it(breaker: CircuitBreaker, clock: ManualClock) -> None:
    slow = admitted(breaker)
    fail(breaker)

    breaker.succeeded(slow)
    assert state_of(breaker) is BreakerState.OPEN

    clock.advance(RECOVERY)
    probe = admitted(breaker)
    breaker.succeeded(slow)
    assert state_of(breaker) is BreakerState.HALF_OPEN
    breaker.succeeded(probe)
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_late_failure_of_a_call_of_before_neither_opens_it_again_nor_ends_a_probe(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    slow = [admitted(breaker) for _ in range(2 * THRESHOLD)]
    fail(breaker)
    clock.advance(RECOVERY)
    probe = admitted(breaker)

    breaker.failed(slow.pop())
    assert state_of(breaker) is BreakerState.HALF_OPEN

    breaker.succeeded(probe)
    for permit in slow:
        breaker.failed(permit)
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_late_word_of_an_old_probe_does_not_end_the_new_one(breaker: CircuitBreaker, clock: ManualClock) -> None:
    fail(breaker)
    clock.advance(RECOVERY)
    old = admitted(breaker)
    breaker.abandoned(old)
    admitted(breaker)

    for word in (breaker.abandoned, breaker.failed, breaker.succeeded):
        word(old)

    assert state_of(breaker) is BreakerState.HALF_OPEN
