"""A process's forks and its end, told to those who keep something in it.

Invariants, proved by tests/unit/test_recorder.py and tests/failures/test_web_ends.py:
1. Whoever is followed is told of each fork, in the child, and of the end, once, if the process ends in order.
2. A child of multiprocessing, which granian's workers are, is told as well. It runs no handlers of atexit, and none of
   the finalizers that its parent had registered; it runs those that it registers itself.
"""

import atexit
import os
import weakref
from multiprocessing.util import Finalize, register_after_fork
from typing import Protocol


class Keeper(Protocol):
    def forked(self) -> None:
        """In the child."""

    def close(self) -> None:
        """The process ends. Called twice where both ways lead here."""


_followed: "weakref.WeakSet[Keeper]" = weakref.WeakSet()


def follow(keeper: Keeper) -> None:
    """Tell it, for as long as it is there."""
    _followed.add(keeper)


def _forked() -> None:
    for keeper in list(_followed):
        keeper.forked()


def _close_all() -> None:
    for keeper in list(_followed):
        keeper.close()


def _close_before_the_end(_: object) -> None:
    Finalize(None, _close_all, exitpriority=0)


os.register_at_fork(after_in_child=_forked)
atexit.register(_close_all)
_close_before_the_end(None)
register_after_fork(_followed, _close_before_the_end)
