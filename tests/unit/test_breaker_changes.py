"""The breaker tells of each new state, once, and outside its lock."""

from shop.caching.breaker import BreakerState, CircuitBreaker, Permit
from shop.caching.clock import ManualClock

THRESHOLD = 5
RECOVERY = 30.0


def admitted(breaker: CircuitBreaker) -> Permit:
    permit = breaker.admit()
    assert permit is not None
    return permit


def fail(breaker: CircuitBreaker) -> None:
    for _ in range(THRESHOLD):
        breaker.failed(admitted(breaker))


def test_every_change_of_state_is_told_once() -> None:
    clock, changes = ManualClock(), list[BreakerState]()
    breaker = CircuitBreaker(clock=clock, on_change=changes.append)

    fail(breaker)
    clock.advance(RECOVERY)
    breaker.failed(admitted(breaker))
    clock.advance(RECOVERY)
    breaker.succeeded(admitted(breaker))

    assert changes == [
        BreakerState.OPEN,
        BreakerState.HALF_OPEN,
        BreakerState.OPEN,
        BreakerState.HALF_OPEN,
        BreakerState.CLOSED,
    ]


def test_calls_that_change_nothing_tell_nothing() -> None:
    changes: list[BreakerState] = []
    breaker = CircuitBreaker(clock=ManualClock(), on_change=changes.append)

    for word in (breaker.failed, breaker.succeeded, breaker.abandoned, breaker.failed):
        word(admitted(breaker))

    assert changes == []


def test_whoever_is_told_of_a_change_may_ask_the_breaker() -> None:
    seen: list[BreakerState] = []

    def ask(_: BreakerState) -> None:
        seen.append(breaker.state)

    breaker = CircuitBreaker(clock=ManualClock(), on_change=ask)
    fail(breaker)

    assert seen == [BreakerState.OPEN]
    assert breaker.admit() is None
