"""Decides whether a call goes through: by the log that all processes share, or by this process's own.

    Redis answers           the limit, for all processes together
    Redis does not answer   the process's share of it; beyond that, what the policy says: open or closed

The own log starts empty when Redis goes away, and what it has let through does not count when Redis is back. So around
an outage a window may see the limit and, for each process, its share on top; never more, where the policy closes.

Invariant: a call waits for Redis once at most, for the time-out of a write; behind an open breaker not at all.
Proved by tests/unit/test_rate_limiter.py and tests/failures/test_rate_limit_outages.py.
"""

from typing import Final, NamedTuple

from shop.caching.keys import KeySpace
from shop.caching.store import StoreError
from shop.visitors.rate_limits.figures import REFUSALS, Figures, Outcome
from shop.visitors.rate_limits.policies import Beyond, RateLimit
from shop.visitors.rate_limits.window import SlidingWindow

_SECOND_US: Final = 1_000_000


class Decision(NamedTuple):
    """`limit` is that of the log which decided; `left` and `more_in_s`, whole seconds and at least 1, are what it
    says."""

    policy: RateLimit
    outcome: Outcome
    limit: int
    left: int
    more_in_s: int

    @property
    def let_through(self) -> bool:
        return self.outcome not in REFUSALS


class RateLimiter:
    """Thread-safe, if its windows are. `shared` is a guarded one; `local` asks nobody."""

    def __init__(self, *, shared: SlidingWindow, local: SlidingWindow, keys: KeySpace, figures: Figures) -> None:
        self._shared = shared
        self._local = local
        self._keys = keys
        self._figures = figures

    def check(self, *, policy: RateLimit, subject: str) -> Decision:
        """`subject` names who is counted, in a few characters (subject.py). Counts the call, unless it is refused."""
        key = self._keys.window(policy.name, subject)
        limit = policy.limit
        try:
            taken = self._shared.take(key, limit=limit, window_ms=policy.window * 1000)
            outcome = Outcome.ALLOWED if taken.let_through else Outcome.REFUSED
        except StoreError:
            limit = policy.local_limit
            taken = self._local.take(key, limit=limit, window_ms=policy.window * 1000)
            outcome = Outcome.LOCAL if taken.let_through else _BEYOND[policy.beyond]
        self._figures.add(policy.name, outcome)
        return Decision(
            policy=policy,
            outcome=outcome,
            limit=limit,
            left=taken.left,
            more_in_s=-(-taken.more_in_us // _SECOND_US),
        )


_BEYOND: Final = {Beyond.OPEN: Outcome.OPEN, Beyond.CLOSED: Outcome.CLOSED}
