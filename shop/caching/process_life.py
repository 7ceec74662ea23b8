"""A process's forks and its end, told to those who keep something in it.

Invariants, proved by tests/unit/test_recorder.py, test_local_tier.py, tests/integration/test_drop_reporter.py and
tests/failures/test_web_ends.py:
1. Whoever follows forks is told of each, in the child.
2. Whoever follows the process to its end is told of that too, if the process ends in order.
3. A child of multiprocessing, which granian's workers are, is told as well. It runs no handlers of atexit, and none of
   the finalizers that its parent had registered; it runs those that it registers itself.
"""

import atexit
import os
from multiprocessing.util import Finalize, register_after_fork
from typing import Final, Protocol
from weakref import WeakSet


class FollowsForks(Protocol):
    def forked(self) -> None:
        """In the child. Another thread of the parent may have held a lock at that moment, and is not here to let it
        go; nor is any thread that was started there."""


class FollowsToTheEnd(FollowsForks, Protocol):
    def close(self) -> None:
        """The process ends. Called twice where both ways lead here."""


_FORKS: Final[WeakSet[FollowsForks]] = WeakSet()
_ENDS: Final[WeakSet[FollowsToTheEnd]] = WeakSet()


def follow_forks(follower: FollowsForks) -> None:
    """Tell it, for as long as it is there."""
    _FORKS.add(follower)


def follow_to_the_end(follower: FollowsToTheEnd) -> None:
    """Tell it of forks and of the end, for as long as it is there."""
    _FORKS.add(follower)
    _ENDS.add(follower)


def _forked() -> None:
    for follower in list(_FORKS):
        follower.forked()


def _close_all() -> None:
    for follower in list(_ENDS):
        follower.close()


def _close_before_the_end(_: object) -> None:
    Finalize(None, _close_all, exitpriority=0)


os.register_at_fork(after_in_child=_forked)
atexit.register(_close_all)
_close_before_the_end(None)
register_after_fork(_ENDS, _close_before_the_end)
