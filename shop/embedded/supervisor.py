"""Keeps servers running: one that dies is started again, after 1, 2, 4 ... 30 seconds, on the port it had.

A server that has lived for a minute since its last start counts as healthy, and its next pause is 1 second again.
Time is a parameter: `now` is a monotonic clock in seconds.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shop.embedded.server import EmbeddedServer

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0


@dataclass(slots=True)
class Watched:
    """One server and when it is due."""

    server: EmbeddedServer
    started: float
    pause: float = FIRST_PAUSE
    due: float | None = None
    silent: bool = False


class Supervisor:
    """`look` once in a while; it yields what happened, one line of text each. Servers end in reverse order."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._watched: list[Watched] = []

    def watch(self, server: EmbeddedServer) -> None:
        """Take charge of a server that is about to start or has started."""
        self._watched.append(Watched(server, started=self._now()))

    def look(self) -> Iterator[str]:
        """Start what has died and is due; never waits."""
        for one in self._watched:
            yield from self._look_at(one)

    def stop(self, *, limit: float = 10.0) -> None:
        """End everything, the latest first, each within `limit` seconds."""
        while self._watched:
            self._watched.pop().server.stop(limit=limit)

    def _look_at(self, one: Watched) -> Iterator[str]:
        now, name = self._now(), one.server.name
        if one.server.is_running():
            if one.silent and one.server.answers():
                one.silent = False
                yield f"{name} answers again (pid {one.server.pid})."
            return
        if one.due is None:
            if now - one.started > HEALTHY_AFTER:
                one.pause = FIRST_PAUSE
            one.due = now + one.pause
            yield f"{name} has ended; it is started again in {one.pause:.0f} s. Its log: {one.server.log_file}"
            one.pause = min(one.pause * 2, LONGEST_PAUSE)
        elif now >= one.due:
            one.server.start()
            one.started, one.due, one.silent = now, None, True
            yield f"{name} is started again (pid {one.server.pid})."
