"""Where a flush of views can be stopped, by name: tests/failures/test_flush_killed.py kills it between every two steps.

In order: taken, read, ledgered, counted, committed, persisted, forgotten; shop/caching/write_behind.py has the first
two and the last two.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Within `persist`."""

    LEDGERED = "ledgered"  # the batch's id is written
    COUNTED = "counted"  # so are its counts, and nothing is committed
    COMMITTED = "committed"  # and the cache does not know it


def _nothing(point: str) -> None:
    pass


hook: Callable[[str], None] = _nothing


def reached(point: str) -> None:
    hook(point)
