"""The consumer: from the broker into the caches.

For each batch, in this order:
1. invalidate through the fence: late, repeated and shuffled events do no harm there;
2. mark the rows of the log as finished;
3. commit the offset.
Killed between any two steps, it or another gets the batch again. A batch that Redis does not take stays in hand, and
the member stays in its group meanwhile: it asks for nothing, is not thrown out, and gives its signs of life.

An event of another database id than the one in force is dropped, row and all: 1. it was published; 2. a restore renewed
the id, and put the numbering of the log back; 3. number 17 is another change by now, which must not count as finished.
Where there was a mere reset, the row is still there, and is published again under the new id.

Proved by tests/integration/test_consumer.py and test_signs_of_life.py, and tests/failures/test_sale_faults.py.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from django.db import DatabaseError, InterfaceError, connection

from shop.caching.clock import Clock
from shop.events.apply import apply_events
from shop.events.backlog import finish
from shop.events.letters import Buried, Letters, sorted_letters
from shop.events.messages import Event
from shop.events.tracing import Times, trace
from shop.events.transport import Publisher, Subscriber

logger = logging.getLogger(__name__)

POLL_S: Final = 0.2
MOST_EVENTS: Final = 500
# Between two tries to apply a batch.
RETRY_S: Final = 0.1


class Stopped(Protocol):
    def is_set(self) -> bool: ...


class Consumer:
    """One member of the group. `stop` ends its waits, too; `meanwhile` is called in them, while Redis is away."""

    def __init__(
        self,
        *,
        open_subscriber: Callable[[], Subscriber],
        open_dead_letters: Callable[[], Publisher],
        clock: Clock,
        stop: Stopped,
        announce: Callable[[Sequence[int]], None] = lambda ids: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._open = open_subscriber
        self._open_dead_letters = open_dead_letters
        self._clock = clock
        self._stop = stop
        self._announce = announce
        self._meanwhile = meanwhile
        self._subscriber: Subscriber | None = None
        self._waiting = False
        self._buried = Buried()
        self.handled = 0
        self.dead_letters = 0
        self.ignored = 0

    def step(self) -> float:
        """Take a batch through all three steps; answers how many seconds to wait before the next step.

        Raises TransportError; the batch comes again.
        """
        subscriber = self._connected()
        received = subscriber.poll(timeout_s=POLL_S, most=MOST_EVENTS)
        if not received:
            return 0.0
        consumed_ms = int(self._clock.now() * 1000)
        letters = sorted_letters(received, buried=self._buried)
        self._bury(letters)
        self.ignored += letters.ignored
        if not self._until_done(subscriber, letters.events, consumed_ms):
            return 0.0
        subscriber.commit(received)
        self.handled += len(letters.events)
        return 0.0

    def lag(self) -> int | None:
        return None if self._subscriber is None else self._subscriber.lag()

    def close(self) -> None:
        if self._subscriber is not None:
            self._subscriber.close()
            self._subscriber = None

    def _connected(self) -> Subscriber:
        if self._subscriber is None:
            self._subscriber = self._open()
        return self._subscriber

    def _until_done(self, subscriber: Subscriber, events: Sequence[Event], consumed_ms: int) -> bool:
        """Apply and finish; False when told to stop before Redis and the database have taken it."""
        while not self._applied(events, consumed_ms):
            if self._stop.is_set():
                return False
            if not self._waiting:
                logger.warning("%d changes wait for Redis or the database", len(events))
            self._waiting = True
            subscriber.wait(timeout_s=RETRY_S)
        if self._waiting:
            logger.warning("the changes that waited are applied")
        self._waiting = False
        return True

    def _applied(self, events: Sequence[Event], consumed_ms: int) -> bool:
        try:
            applied = apply_events(events)
            if applied is None:
                self._meanwhile()
                return False
            applied_ms = int(self._clock.now() * 1000)
            finish([event.id for event in applied])
            trace(applied, Times(consumed_ms, applied_ms))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("the database does not answer the consumer: %s", error)
            connection.close()
            return False
        self._announce([event.id for event in applied])
        return True

    def _bury(self, letters: Letters) -> None:
        if not letters.dead:
            return
        publisher = self._open_dead_letters()
        try:
            publisher.publish(letters.dead)
        finally:
            publisher.close()
        self._buried.add(letters.newer)
        self.dead_letters += len(letters.dead)
        logger.error("%d events could not be read; they are among the dead letters", len(letters.dead))
