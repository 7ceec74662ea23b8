"""The relay: from the change log to the broker, within some 50 ms of a commit.

Invariants:
1. A row is published until it is finished: again after 1, 2, 4 ... 15 s, for a broker may forget what it took.
2. Nothing is published before its transaction has committed, since nobody sees its row before.
3. Any number of relays may run: each row is claimed by one of them. Kill one, and what it had claimed comes up again.
4. What is published again is bounded: while 5,000 rows are on their way, a relay publishes only what is new. So
   consumers that are behind don't get everything twice; and rows that nobody can finish, of a later release perhaps,
   hold up no others.

Rows are found by what they lack, never by "the highest id so far": 1. transaction A takes id 17; 2. B takes 18 and
commits; 3. the relay has seen 18; 4. A commits, and 17 would never be looked for.
Proved by tests/integration/test_relay.py and test_relay_bound.py, and tests/failures/test_sale_faults.py.
"""

import logging
from collections.abc import Callable
from typing import Final

from shop.caching.clock import Clock
from shop.events.backlog import Claimed, claim, claim_new, give_back, on_the_way
from shop.events.messages import Event, pack, type_of
from shop.events.transport import Message, Publisher, TransportError

logger = logging.getLogger(__name__)

POLL_S: Final = 0.05
ROWS_PER_CLAIM: Final = 500
MOST_ON_THE_WAY: Final = 5_000


class Relay:
    """`open_publisher` connects to the broker; it is called at the first step, and after each failure."""

    def __init__(self, *, open_publisher: Callable[[], Publisher], clock: Clock) -> None:
        self._open = open_publisher
        self._clock = clock
        self._publisher: Publisher | None = None
        self._busy = False
        self.handled = 0

    def step(self) -> float:
        """Publish what is due; answers how many seconds to wait before the next step.

        Raises TransportError, and django.db.DatabaseError. What was claimed is not lost by either.
        """
        publisher = self._connected()
        bounded = self._busy and on_the_way(most=MOST_ON_THE_WAY) >= MOST_ON_THE_WAY
        rows = claim_new(most=ROWS_PER_CLAIM) if bounded else claim(most=ROWS_PER_CLAIM)
        if rows:
            self._publish(publisher, rows)
        full = len(rows) == ROWS_PER_CLAIM
        self._busy = full or bounded
        return 0.0 if full else POLL_S

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None

    def _connected(self) -> Publisher:
        if self._publisher is None:
            self._publisher = self._open()
        return self._publisher

    def _publish(self, publisher: Publisher, rows: list[Claimed]) -> None:
        now_ms = int(self._clock.now() * 1000)
        try:
            publisher.publish([_message(row, now_ms) for row in rows])
        except TransportError:
            self.close()
            give_back([row.id for row in rows])
            raise
        self.handled += len(rows)


def _message(row: Claimed, now_ms: int) -> Message:
    event = Event(
        id=row.id,
        database=row.database,
        type=type_of(entity=row.entity, operation=row.operation),
        entity=row.entity,
        ids=tuple(row.ids),
        versions=tuple(row.versions),
        transaction=row.transaction,
        committed_at=row.committed_ms,
        published_at=now_ms,
        retired=row.retired,
    )
    return Message(key=str(row.id).encode(), value=pack(event))
