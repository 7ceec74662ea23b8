"""What relays and consumers have in common as processes: steps, pauses after failures, a sign of life, an orderly end.

A process that is told to end (SIGTERM, Ctrl-C) finishes the step that it is in. One that fails tries again, after
pauses that grow from 0.1 to 2 s: neither a broker nor a database that is away ends it. A step that may take long, since
it waits for somebody, gives the signs of life itself. Proved by tests/integration/test_signs_of_life.py.
"""

import logging
import os
import socket
from collections.abc import Callable
from typing import Final, Protocol

from django.db import DatabaseError, InterfaceError, connection, reset_queries

from shop.caching.clock import Clock
from shop.events.station import StationSign, tell
from shop.events.transport import TransportError
from shop.stop import Stop

logger = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 2.0
SIGN_EVERY_S: Final = 1.0


class Steps(Protocol):
    """A relay or a consumer."""

    handled: int

    def step(self) -> float: ...

    def close(self) -> None: ...


class Signs:
    """What a process says of itself, once a second, by whoever asks `give_if_due` often enough."""

    def __init__(self, *, name: str, sign: Callable[[], StationSign], clock: Clock) -> None:
        self.name = name
        self._sign = sign
        self._clock = clock
        self._instance = f"{socket.gethostname()}:{os.getpid()}"
        self._next = 0.0

    def give_if_due(self) -> None:
        """Raises django.db.DatabaseError."""
        if self._clock.monotonic() >= self._next:
            tell(name=self.name, instance=self._instance, sign=self._sign())
            self._next = self._clock.monotonic() + SIGN_EVERY_S


def run(steps: Steps, *, signs: Signs, stop: Stop) -> None:
    """Take steps until `stop` is set."""
    pause = FIRST_PAUSE_S
    ready = False
    try:
        while not stop.is_set():
            try:
                wait = steps.step()
                # With DEBUG, Django keeps the text of the last 9,000 statements: of these, a hundred megabytes.
                reset_queries()
                signs.give_if_due()
            except (TransportError, DatabaseError, InterfaceError) as error:
                logger.warning("%s failed, and tries again in %.1f s: %s", signs.name, pause, error)
                steps.close()
                connection.close()
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            pause = FIRST_PAUSE_S
            if not ready:
                ready = True
                logger.info("%s is ready.", signs.name)
            if wait:
                stop.wait(wait)
    finally:
        steps.close()
        logger.info("%s has stopped.", signs.name)
