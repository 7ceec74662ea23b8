"""A circuit breaker: after some failures in a row it lets nobody through for a while, then exactly one.

    closed     everyone passes; 5 failures in a row open it
    open       nobody passes for 30 s
    half-open  one probe passes; its success closes the breaker, its failure opens it for another 30 s

The numbers are the source chapter's. Three rules that a simple breaker misses, each with a test in
tests/unit/test_breaker.py: only one probe at a time, whatever the number of threads; a call that was admitted before
the breaker opened can't close it by a late success; a call that neither failed nor succeeded lets the next one probe.
"""

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from shop.caching.clock import Clock


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Permit(NamedTuple):
    """What `admit` gives out and every outcome gives back; `turn` tells calls of before a change of state apart."""

    turn: int


class CircuitBreaker:
    """Thread-safe. `on_change` is called with each new state, outside the lock."""

    def __init__(
        self,
        *,
        clock: Clock,
        threshold: int = 5,
        recovery: float = 30.0,
        on_change: Callable[[BreakerState], None] = lambda state: None,
    ) -> None:
        self._clock = clock
        self._threshold = threshold
        self._recovery = recovery
        self._on_change = on_change
        self._lock = threading.Lock()
        self._state = BreakerState.CLOSED
        self._failures = 0
        self._opened_at = 0.0
        self._permit = Permit(0)

    @property
    def state(self) -> BreakerState:
        """The state as a caller would meet it now; an open breaker whose time is over still reads open until asked."""
        return self._state

    @property
    def retry_in(self) -> float:
        """Seconds until an open breaker lets a probe through; 0 when it is not open."""
        if self._state is not BreakerState.OPEN:
            return 0.0
        return max(0.0, self._opened_at + self._recovery - self._clock.monotonic())

    def admit(self) -> Permit | None:
        """A permit to call, or None: don't. Whoever got one says how it went by one of the next three."""
        # In this order: a permit read before the breaker opened is of an old turn, and closes nothing.
        permit = self._permit
        if self._state is BreakerState.CLOSED:
            return permit
        with self._lock:
            if self._state is not BreakerState.OPEN or self.retry_in > 0.0:
                return None
            self._move(BreakerState.HALF_OPEN)
            probe = self._permit
        self._on_change(BreakerState.HALF_OPEN)
        return probe

    def succeeded(self, permit: Permit) -> None:
        if self._failures == 0 and self._state is BreakerState.CLOSED:
            return
        with self._lock:
            if permit != self._permit:
                return
            self._failures = 0
            if self._state is BreakerState.CLOSED:
                return
            self._move(BreakerState.CLOSED)
        self._on_change(BreakerState.CLOSED)

    def failed(self, permit: Permit) -> None:
        with self._lock:
            if permit != self._permit:
                return
            self._failures += 1
            if self._state is BreakerState.CLOSED and self._failures < self._threshold:
                return
            self._open()
        self._on_change(BreakerState.OPEN)

    def abandoned(self, permit: Permit) -> None:
        """The call said nothing about the server. A probe goes back, so that the next caller probes."""
        with self._lock:
            if permit == self._permit and self._state is BreakerState.HALF_OPEN:
                self._move(BreakerState.OPEN)

    def _open(self) -> None:
        self._opened_at = self._clock.monotonic()
        self._move(BreakerState.OPEN)

    def _move(self, state: BreakerState) -> None:
        self._state = state
        self._permit = Permit(self._permit.turn + 1)
