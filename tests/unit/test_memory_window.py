"""The log in memory holds so many moments, and no more; quiet keys go first, and those that are over at once."""

from collections.abc import Iterator
from functools import partial

import pytest

from shop.caching.clock import ManualClock
from shop.caching.keys import KeySpace
from shop.caching.store import StoreError
from shop.visitors.rate_limits.figures import Figures, Outcome
from shop.visitors.rate_limits.limiter import RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.policies import CATALOG, LOGIN, RateLimit
from shop.visitors.rate_limits.window import Taken


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def window(clock: ManualClock) -> MemoryWindow:
    return MemoryWindow(clock=clock, most_calls=10)


def test_so_many_moments_are_held_and_no_more(window: MemoryWindow) -> None:
    for number in range(1000):
        window.take(f"ip4-{number % 7}", limit=3, window_ms=1000)
        assert len(window) <= 10
    for number in range(1000):
        window.take(f"ip4-{number}", limit=3, window_ms=1000)

    assert len(window) == 10


def test_one_key_may_hold_as_many_as_its_limit(window: MemoryWindow) -> None:
    assert sum(window.take("busy", limit=30, window_ms=1000).let_through for _ in range(50)) == 30
    assert len(window) == 30

    window.take("another", limit=30, window_ms=1000)
    assert len(window) == 1


def test_whoever_calls_all_the_time_stays_limited_while_others_come_and_go(window: MemoryWindow) -> None:
    let_through = 0
    for number in range(1000):
        let_through += window.take("busy", limit=3, window_ms=1000).let_through
        window.take(f"ip4-{number}", limit=3, window_ms=1000)

    assert let_through == 3


def test_whoever_is_refused_to_the_end_is_forgotten_a_window_later(clock: ManualClock, window: MemoryWindow) -> None:
    """1. Ann fills her window; 2. Bob calls; 3. Ann is refused, and so the last; 4. hers is over, and Bob's is not."""
    for _ in range(3):
        window.take("ann", limit=3, window_ms=1000)
    clock.advance(0.5)
    window.take("bob", limit=3, window_ms=1000)
    clock.advance(0.1)
    assert not window.take("ann", limit=3, window_ms=1000).let_through

    clock.advance(1)
    window.take("zoe", limit=3, window_ms=1000)

    assert len(window) == 1


class NoRedis:
    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        raise StoreError("away")


def outcomes(limiter: RateLimiter, policy: RateLimit, subjects: Iterator[str]) -> list[Outcome]:
    return [limiter.check(policy=policy, subject=subject).outcome for subject in subjects]


@pytest.mark.parametrize("shared", [False, True], ids=["", "control: one log for all policies"])
def test_many_who_read_do_not_push_out_those_who_guess_passwords(clock: ManualClock, shared: bool) -> None:
    """Redis is away, and a policy that closes is worth what its log is."""
    make = partial(MemoryWindow, clock=clock, most_calls=100)
    one = make()
    limiter = RateLimiter(
        shared=NoRedis(),
        local=(lambda: one) if shared else make,
        keys=KeySpace(namespace="test", database_id=lambda: None),
        figures=Figures(),
    )
    assert outcomes(limiter, LOGIN, iter(["ip4-1"] * 3)) == [Outcome.LOCAL] * 2 + [Outcome.CLOSED]

    outcomes(limiter, CATALOG, (f"ip4-{number}" for number in range(1000)))

    assert outcomes(limiter, LOGIN, iter(["ip4-1"])) == [Outcome.LOCAL if shared else Outcome.CLOSED]
