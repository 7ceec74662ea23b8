"""Decides whether a call goes through: by the log that all processes share, or by this process's own.

    Redis answers           the limit, for all processes together
    Redis does not answer   the process's share of it; beyond that, what the policy says: open or closed

The own log has only what this process let through by itself in the last window, nothing at an outage's beginning, and
that does not count when Redis is back. So around an outage a window may see the limit and, for each process, its share
on top; never more, where the policy closes.

Invariants: a call waits for Redis once at most, for the time-out of a write; behind an open breaker not at all. Each
policy has an own log to itself, so that many who read don't push out those who guess passwords.
Proved by tests/unit/test_rate_limiter.py and tests/failures/test_rate_limit_outages.py.
"""

from collections.abc import Callable
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
    """Thread-safe, if its windows are. `shared` is a guarded one; `local` makes one that asks nobody."""

    def __init__(
        self, *, shared: SlidingWindow, local: Callable[[], SlidingWindow], keys: KeySpace, figures: Figures
    ) -> None:
        self._shared = shared
        self._make_own = local
        self._own: dict[str, SlidingWindow] = {}
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
            taken = self._own_log(policy).take(key, limit=limit, window_ms=policy.window * 1000)
            outcome = Outcome.LOCAL if taken.let_through else _BEYOND[policy.beyond]
        self._figures.add(policy.name, outcome)
        return Decision(
            policy=policy,
            outcome=outcome,
            limit=limit,
            left=taken.left,
            more_in_s=-(-taken.more_in_us // _SECOND_US),
        )

    def _own_log(self, policy: RateLimit) -> SlidingWindow:
        """Of two threads that make one at once, both get the one that stays."""
        if (own := self._own.get(policy.name)) is not None:
            return own
        return self._own.setdefault(policy.name, self._make_own())


_BEYOND: Final = {Beyond.OPEN: Outcome.OPEN, Beyond.CLOSED: Outcome.CLOSED}
