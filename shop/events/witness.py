"""The witness: notices that Redis has gone back in time, and makes good what it has forgotten.

The race it closes: 1. an entry of v1 is stored, and with it what Redis writes to its disk; 2. v2 is committed, applied,
marked as finished; 3. Redis restarts from that disk: v1 is back, and nobody is going to invalidate it again.

    look    compare the server's identity with the note found in it; where they agree, renew the note
    else    replay the retained log through the fence, and only then write a note of the new identity

Rows are kept for 10 minutes after they were finished. A Redis whose note is older than that may have forgotten more
than the log remembers: then the database gets a new id, and all of its entries are dead. Without a note it is empty.
A replay that fails, or a Redis that restarts during a look, leaves the note as it was: the next look sees it. For a
note is written by the very server that was looked at, or not at all (lua/note.lua says which race that closes).
Proved by tests/integration/test_witness.py and tests/failures/test_sale_faults.py.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from shop.caching.clock import Clock
from shop.caching.guard import past_the_breaker
from shop.caching.identity import Note, Server
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.apply import replay_log
from shop.events.identity import database_id
from shop.events.retention import RETENTION
from shop.stop import Stop

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 0.25
# What was finished just before the note was written, and the clocks.
MARGIN: Final = timedelta(minutes=1)


class Seen(StrEnum):
    SAME = "same"
    NEW = "new"
    REPLAYED = "replayed"
    RESET = "reset"
    NOT_TAKEN = "not taken"


def reset_database_id() -> None:
    """Give the database a new id, which the log tells everyone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT larder_reset('redis went back')")


class Witness:
    """`empty_tiers` tells every process to forget its own copies."""

    def __init__(
        self,
        *,
        server: Server,
        clock: Clock,
        empty_tiers: Callable[[], None],
        replay: Callable[[], bool] = replay_log,
        reset: Callable[[], None] = reset_database_id,
    ) -> None:
        self._server = server
        self._clock = clock
        self._empty_tiers = empty_tiers
        self._replay = replay
        self._reset = reset
        self._looked_at = clock.monotonic()
        self._failing = False

    def look(self) -> Seen:
        """Raises StoreError and django.db.DatabaseError: look again."""
        keys = REGISTRY.ground().keys
        keys.follow(database_id())
        identity = self._server.identity()
        note = self._server.note(keys.note())
        now_ms = int(self._clock.now() * 1000)
        seen = Seen.SAME if note is not None and note.identity == identity else self._make_good(note, now_ms)
        if seen is not Seen.NOT_TAKEN:
            keys.follow(database_id())
            if not self._server.write(keys.note(), Note(identity, now_ms)):
                return Seen.NOT_TAKEN
        return seen

    def blind_s(self) -> float:
        """Seconds since the last look that came to its end; before the first, since the witness was made."""
        return self._clock.monotonic() - self._looked_at

    def run(self, stop: Stop) -> None:
        """Look again and again until `stop` is set."""
        try:
            while not stop.is_set():
                try:
                    seen = self.look()
                except StoreError as error:
                    self._say_blind(error)
                except (DatabaseError, InterfaceError) as error:
                    self._say_blind(error)
                    connection.close()
                else:
                    self._say(seen)
                stop.wait(LOOK_EVERY_S)
        finally:
            connection.close()

    def _say(self, seen: Seen) -> None:
        if seen is not Seen.NOT_TAKEN:
            self._looked_at = self._clock.monotonic()
            self._failing = False
        if seen is Seen.NEW:
            logger.info("Redis holds no note yet: the log was replayed")
        elif seen is not Seen.SAME:
            logger.warning("Redis is another one, or has gone back in time: %s", seen)

    def _say_blind(self, error: Exception) -> None:
        """Once for all looks that fail one after the other."""
        if not self._failing:
            logger.warning("the witness can't look, and tries again: %s", error)
        self._failing = True

    def _make_good(self, note: Note | None, now_ms: int) -> Seen:
        """Processes empty their tiers before, and again for what they have read meanwhile."""
        with past_the_breaker():
            self._empty_tiers()
            if note is not None and now_ms - note.at_ms > (RETENTION - MARGIN) / timedelta(milliseconds=1):
                self._reset()
                taken, seen = self._replay(), Seen.RESET
            else:
                taken, seen = self._replay(), Seen.NEW if note is None else Seen.REPLAYED
            self._empty_tiers()
        return seen if taken else Seen.NOT_TAKEN
