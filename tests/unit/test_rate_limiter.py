"""The limiter with Redis, without it, and in between."""

from dataclasses import replace
from functools import partial

import pytest

from shop.caching import provenance
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.clock import ManualClock
from shop.caching.keys import KeySpace
from shop.caching.store import StoreBusyError, StoreError
from shop.visitors.rate_limits.figures import Figures, Outcome
from shop.visitors.rate_limits.guarded_window import GuardedWindow
from shop.visitors.rate_limits.limiter import Decision, RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.policies import Beyond, RateLimit
from shop.visitors.rate_limits.window import Taken

OPEN = RateLimit(name="writes", limit=8, window=60, share=0.25)
CLOSED = replace(OPEN, name="login", beyond=Beyond.CLOSED)


class FallibleWindow:
    """A shared log that fails when it is told to, and counts what reaches it."""

    def __init__(self, clock: ManualClock) -> None:
        self.error: StoreError | None = None
        self.calls: list[str] = []
        self._window = MemoryWindow(clock=clock)

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        self.calls.append(key)
        if self.error is not None:
            raise self.error
        return self._window.take(key, limit=limit, window_ms=window_ms)


class Door:
    def __init__(self) -> None:
        self.clock = ManualClock(start=0.0)
        self.shared = FallibleWindow(self.clock)
        self.breaker = CircuitBreaker(clock=self.clock)
        self.figures = Figures()
        self.limiter = RateLimiter(
            shared=GuardedWindow(self.shared, breaker=self.breaker),
            local=partial(MemoryWindow, clock=self.clock),
            keys=KeySpace(namespace="test", database_id=lambda: None),
            figures=self.figures,
        )

    def check(self, policy: RateLimit = OPEN, *, subject: str = "user-7") -> Decision:
        return self.limiter.check(policy=policy, subject=subject)

    def outcomes(self, calls: int, policy: RateLimit = OPEN) -> list[Outcome]:
        return [self.check(policy).outcome for _ in range(calls)]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("policy", [OPEN, CLOSED])
def test_while_redis_answers_the_limit_holds_for_all_together(door: Door, policy: RateLimit) -> None:
    assert door.outcomes(10, policy) == [Outcome.ALLOWED] * 8 + [Outcome.REFUSED] * 2


def test_a_key_names_the_limit_and_the_subject_and_no_database(door: Door) -> None:
    door.check()

    assert door.shared.calls == ["test:limit:writes:user-7"]


def test_limits_do_not_share_a_window(door: Door) -> None:
    door.outcomes(8, OPEN)

    assert door.check(CLOSED).let_through


def test_a_decision_says_how_many_are_left_and_when_there_is_one_more(door: Door) -> None:
    door.check()
    door.clock.advance(0.5)

    decision = door.check()

    assert (decision.limit, decision.left, decision.more_in_s) == (8, 6, 60)


def test_whoever_waits_the_seconds_they_are_told_is_let_in(door: Door) -> None:
    door.outcomes(8)
    door.clock.advance(10.75)
    refused = door.check()
    assert not refused.let_through

    door.clock.advance(refused.more_in_s - 1)
    assert not door.check().let_through
    door.clock.advance(1)
    assert door.check().let_through


@pytest.mark.parametrize("error", [StoreError("timed out"), StoreBusyError("no connection to spare")])
def test_without_redis_a_process_allows_its_share_and_then_the_policy_decides(door: Door, error: StoreError) -> None:
    door.shared.error = error

    assert door.outcomes(4, OPEN) == [Outcome.LOCAL] * 2 + [Outcome.OPEN] * 2
    assert door.outcomes(4, CLOSED) == [Outcome.LOCAL] * 2 + [Outcome.CLOSED] * 2


def test_without_redis_a_decision_tells_of_the_share(door: Door) -> None:
    door.shared.error = StoreError("timed out")

    decisions = [door.check(CLOSED) for _ in range(3)]

    assert [(one.limit, one.left, one.let_through) for one in decisions] == [(2, 1, True), (2, 0, True), (2, 0, False)]


def test_a_share_slides_as_well(door: Door) -> None:
    door.shared.error = StoreError("timed out")
    door.outcomes(2, CLOSED)
    door.clock.advance(59.9)
    assert not door.check(CLOSED).let_through

    door.clock.advance(0.1)

    assert door.outcomes(3, CLOSED) == [Outcome.LOCAL] * 2 + [Outcome.CLOSED]


def test_once_redis_is_back_it_decides_and_what_it_knew_still_counts(door: Door) -> None:
    door.outcomes(5)
    door.shared.error = StoreError("timed out")
    door.outcomes(4)
    door.shared.error = None

    assert door.outcomes(4) == [Outcome.ALLOWED] * 3 + [Outcome.REFUSED]


def test_behind_an_open_breaker_nobody_waits_for_redis(door: Door) -> None:
    door.shared.error = StoreError("timed out")
    door.outcomes(5)
    assert door.breaker.state is BreakerState.OPEN
    door.shared.calls.clear()

    door.outcomes(20)
    assert door.shared.calls == []

    door.shared.error = None
    door.clock.advance(30)
    assert door.check().outcome is Outcome.ALLOWED


def test_a_request_that_met_a_failure_does_not_meet_another(door: Door) -> None:
    with provenance.collected() as scope:
        scope.cache_failed = True
        assert door.check().outcome is Outcome.LOCAL
    assert door.shared.calls == []

    with provenance.collected() as scope:
        door.shared.error = StoreError("timed out")
        door.check()
        assert scope.cache_failed


def test_each_way_to_decide_is_counted(door: Door) -> None:
    door.outcomes(9)
    door.shared.error = StoreError("timed out")
    door.outcomes(5)
    door.outcomes(4, CLOSED)

    counted = {
        (policy.name, outcome): door.figures.of(policy.name, outcome)
        for policy in (OPEN, CLOSED)
        for outcome in Outcome
    }

    assert {way: count for way, count in counted.items() if count} == {
        ("writes", Outcome.ALLOWED): 8,
        ("writes", Outcome.REFUSED): 1,
        ("writes", Outcome.LOCAL): 2,
        ("writes", Outcome.OPEN): 3,
        ("login", Outcome.LOCAL): 2,
        ("login", Outcome.CLOSED): 2,
    }
