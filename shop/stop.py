"""Told to stop: a flag that a signal may raise.

Not `threading.Event`: 1. the main thread is in its `wait`, and holds the lock of its condition for a moment; 2. the
signal comes, and its handler, which runs in that same thread, calls `set`; 3. `set` wants the lock, for ever. Here the
handler writes a byte into a pipe, and whoever waits looks at the pipe. Proved by tests/unit/test_stop.py.
"""

import os
import select
import signal


class Stop:
    """Once set, it stays set. Any thread may wait."""

    def __init__(self) -> None:
        self._told = False
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        if not self._told:
            self._told = True
            os.write(self._writer, b"!")

    def is_set(self) -> bool:
        return self._told

    def wait(self, seconds: float) -> bool:
        """Return after so many seconds, or as soon as it is set; says whether it is."""
        if not self._told:
            select.select([self._reader], [], [], seconds)
        return self._told


def stopped_by_signals() -> Stop:
    """Set by SIGTERM and SIGINT."""
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
