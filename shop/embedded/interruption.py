"""When to stop: a signal, a terminal that was closed, a `make` that is gone.

The handlers only note the wish. Whoever waits, waits by `pause`, which raises `Interrupted`; so nothing is torn apart
in the middle, and no process is started without being written down.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from shop.stop import Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):  # noqa: N818  not an error: somebody wants to stop
    """Somebody asked to stop."""


class Interruption:
    """Listens for the wish to stop, from its making on. `with_parent`: stop as well when the parent process goes.

    `make` ends at once when it is killed, and its recipe would go on; a SIGINT that reaches make alone (not the whole
    terminal) makes it wait for the recipe without passing the signal on. Both count as the wish to stop.
    """

    def __init__(self, *, with_parent: bool = False) -> None:
        self._wished = Stop()
        self._parent = os.getppid() if with_parent else None
        self._parent_catches_sigint = with_parent and _catches_sigint(os.getppid())
        for number in SIGNALS:
            # nohup asks for a life beyond the terminal's.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)

    def wish(self) -> None:
        self._wished.set()

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`; raise Interrupted as soon as somebody wants to stop."""
        if self._parent is not None and self._parent_is_gone(self._parent):
            self._wished.set()
        if self._wished.wait(seconds):
            raise Interrupted

    def say(self, text: str) -> None:
        """Print a line. Output that nobody can read any more is a wish to stop."""
        try:
            print(text, flush=True)  # noqa: T201  this is the demo's voice
        except OSError:
            # What is still buffered would fail again when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.wish()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._wished.set()

    def _parent_is_gone(self, parent: int) -> bool:
        return os.getppid() != parent or (self._parent_catches_sigint and not _catches_sigint(parent))


def _catches_sigint(pid: int) -> bool:
    """Whether the process handles SIGINT. GNU make stops handling it while it waits for its recipes to end.

    Only Linux tells; elsewhere the answer is always no, and only the terminal's Ctrl-C stops a demo under make.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
