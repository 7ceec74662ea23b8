"""A process's own part in write-behind: it merges increments, numbers its calls, and keeps what it can't send.

    record      merge into what waits; whoever finds nobody sending sends all that waits, in one numbered call
    no answer   the call stays in doubt, and is sent again, with its number, before anything else
    no buffer   increments wait here, at most `most_waiting` counters beside the call in doubt, which has no more; what
                has no room is dropped, counted, and told with the next call

Invariants, proved by tests/unit/test_recorder.py, tests/failures/test_lost_answers.py, test_views_outage.py,
test_beacon_outage.py and test_web_ends.py:
1. One call is under way at a time, so that the last number of the lane says which calls were applied.
2. A call's increments are fixed when it gets its number: sent again, it is the same call.
3. `record` returns DURABLE only when the buffer has answered for these increments. It waits for two calls at most: the
   one that it found under way, and the one that its increments are in. While the buffer does not answer it waits for
   none: a thread finds out when that is over. Nor does it in a request whose cache has failed before.
4. What waits is bounded, and each increment that is dropped is counted.
5. A forked child begins with nothing and a lane of its own: what waited is its parent's to send.
6. A lane that was not used for LANE_USED_S is left, if nothing of it is in doubt: the buffer may have forgotten it,
   which would look like a loss.

What waits is lost when the process is killed; when it ends in order it tries once more, and says what it lost.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from shop.caching import process_life, provenance
from shop.caching.buffer import LANE_KEPT_S, Applied, Buffer, Call
from shop.caching.clock import Clock
from shop.caching.store import StoreError

logger = logging.getLogger(__name__)

# Between two tries while the buffer does not answer (s).
PAUSE: Final = 0.5
# An hour less than the buffer remembers, for clocks that differ.
LANE_USED_S: Final = LANE_KEPT_S - 3600


class Recorded(Enum):
    """Where an increment is now."""

    DURABLE = "durable"  # the buffer has it
    WAITING = "waiting"  # it waits in this process
    DROPPED = "dropped"  # there was no room to wait in


class RecorderFigures(NamedTuple):
    """Increments of this process: all that were recorded, those that wait, those dropped; and how often the buffer had
    forgotten what this process knows it had."""

    recorded: int
    waiting: int
    dropped: int
    losses: int


class Recorder:
    """Thread-safe. With `linger` seconds above 0 nobody waits for the buffer: increments are sent that often."""

    def __init__(
        self, *, name: str, buffer: Callable[[], Buffer], clock: Clock, most_waiting: int, linger: float = 0.0
    ) -> None:
        self._name = name
        self._buffer = buffer
        self._clock = clock
        self._most_waiting = most_waiting
        self._linger = linger
        self._recorded = self._dropped = self._losses = 0
        self._begin_afresh()
        process_life.follow_to_the_end(self)

    def _begin_afresh(self) -> None:
        self._lane = secrets.token_hex(8)
        self._number = 0
        self._called_at = self._clock.now()
        self._waiting: dict[str, int] = {}
        self._untold = 0
        self._in_doubt: Call | None = None
        # Which filling of `_waiting` it is; all below `_sent` have been answered for.
        self._filling = 1
        self._sent = 0
        self._is_away = self._is_closed = False
        self._state, self._sending = threading.Lock(), threading.Lock()
        self._sender: threading.Thread | None = None
        self._wake = threading.Event()

    def record(self, key: str, count: int) -> Recorded:
        """`count` is at least 1."""
        with self._state:
            self._recorded += count
            if key not in self._waiting and len(self._waiting) >= self._most_waiting:
                self._dropped += count
                self._untold += count
                return Recorded.DROPPED
            self._waiting[key] = self._waiting.get(key, 0) + count
            mine = self._filling
        scope = provenance.current()
        has_failed = scope is not None and scope.cache_failed
        if (self._linger or self._is_away or has_failed) and not self._is_closed:
            self._have_a_sender()
            return Recorded.WAITING
        with self._sending:
            # Whoever was sending before may have sent mine, or may have found that nobody answers.
            if self._sent < mine and not self._is_away and not self._send() and scope is not None:
                scope.cache_failed = True
        return Recorded.DURABLE if self._sent >= mine else Recorded.WAITING

    def send(self) -> bool:
        """Send what waits now, whatever happened before; whether nothing waits any more."""
        with self._sending:
            return self._send()

    def figures(self) -> RecorderFigures:
        with self._state:
            in_doubt = sum(self._in_doubt.counts.values()) if self._in_doubt else 0
            waiting = sum(self._waiting.values()) + in_doubt
            return RecorderFigures(self._recorded, waiting, self._dropped, self._losses)

    def _send(self) -> bool:
        """First what is in doubt, then what waits. Called by who holds `_sending`."""
        try:
            if self._in_doubt is not None:
                self._settle(self._in_doubt)
            with self._state:
                call = self._next_call()
            if call is not None:
                self._settle(call)
        except StoreError as error:
            if not self._is_away:
                self._is_away = True
                logger.warning("%s: increments wait in this process: %s", self._name, error)
            self._have_a_sender()
            return False
        if self._is_away:
            self._is_away = False
            logger.warning("%s: what waited in this process has been sent", self._name)
        return True

    def _next_call(self) -> Call | None:
        if not self._waiting and not self._untold:
            return None
        now = self._clock.now()
        if not 0 <= now - self._called_at < LANE_USED_S:
            self._lane, self._number = secrets.token_hex(8), 0
        self._called_at = now
        self._number += 1
        call = Call(self._lane, self._number, self._waiting, self._untold)
        self._in_doubt = call
        self._waiting, self._untold = {}, 0
        self._filling += 1
        return call

    def _settle(self, call: Call) -> None:
        """Raises StoreError, and then the call stays in doubt."""
        if self._buffer().add(call) is Applied.AFTER_LOSS:
            self._losses += 1
            logger.error("%s: the buffer has gone back in time; what was pending there may be lost", self._name)
        self._in_doubt = None
        with self._state:
            self._sent = self._filling - 1

    def _have_a_sender(self) -> None:
        """A thread that sends what waits when nobody else does. It ends when nothing waits; where the process ends,
        none can begin."""
        with self._state:
            if self._sender is None and not self._is_closed:
                self._wake.clear()
                self._sender = threading.Thread(target=self._send_on, name=f"{self._name}-sender", daemon=True)
                self._sender.start()

    def _send_on(self) -> None:
        try:
            while True:
                self._wake.wait(self._linger if self._linger and not self._is_away else PAUSE)
                done = self.send()
                with self._state:
                    if (done and not self._waiting) or self._wake.is_set():
                        self._sender = None
                        return
        except BaseException:
            self._sender = None
            raise

    def close(self) -> None:
        """Try once more; what the buffer does not take is lost, and told to the log. Once closed, it does nothing."""
        with self._state:
            was_closed, self._is_closed = self._is_closed, True
        self._wake.set()
        if not was_closed and not self.send() and (lost := self.figures().waiting):
            logger.error("%s: %d increments of this process are lost", self._name, lost)

    def forked(self) -> None:
        """In the child."""
        self._recorded = self._dropped = self._losses = 0
        self._begin_afresh()
