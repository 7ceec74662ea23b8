"""A thread without which its process must not go on: however it ends, it ends the process.

A consumer whose witness had died would look well for as long as Redis does not go back in time, and then show the old
for ever. So it ends, and whoever keeps it running starts it again, thread and all. Proved by
tests/integration/test_companion.py.
"""

import threading
from collections.abc import Callable

from shop.stop import Stop


class Companion:
    """Runs `run(stop)`, which is to return once `stop` is set, and not before."""

    def __init__(self, run: Callable[[Stop], None], *, name: str, stop: Stop) -> None:
        self._run = run
        self._stop = stop
        self._thread = threading.Thread(target=self._watched, name=name, daemon=True)
        self.failed = False

    def start(self) -> None:
        self._thread.start()

    def join(self, *, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def _watched(self) -> None:
        """What `run` raises is said by the interpreter, traceback and all."""
        try:
            self._run(self._stop)
        finally:
            self.failed = not self._stop.is_set()
            self._stop.set()
