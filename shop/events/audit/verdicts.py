"""What is wrong about one entry. Pure.

The row is read after the entry, so a row may be ahead of its entry for a moment, and an entry never of its row.
"""

from typing import TypeVar

from shop.caching.entry import ABSENT, TOMBSTONE, Versioned, is_entry, kind_of, payload_of, version_of
from shop.caching.serializer import CorruptEntryError, Serializer
from shop.events.audit.findings import Problem

T = TypeVar("T")
Verdict = tuple[Problem, str]


def shows_something(entry: bytes | None) -> bool:
    """Whether a reader may be answered with it: not with a tombstone, nor with what is not ours."""
    return entry is not None and is_entry(entry) and kind_of(entry) != TOMBSTONE


def verdict_on(
    entry: bytes, row: Versioned[T] | None, *, known_version: int | None, serializer: Serializer[T]
) -> Verdict | None:
    """None where nothing is wrong. `known_version` is the version that the row had when it was looked at before, which
    the entry must have reached by now; None where there was no row. `entry` shows something."""
    version = version_of(entry)
    if row is None:
        gone = kind_of(entry) != ABSENT and known_version is None
        return (Problem.OLDER, f"version {version} of a row that is gone") if gone else None
    if kind_of(entry) == ABSENT:
        return (
            None if known_version is None else (Problem.OLDER, f"no such row, it says; there is version {row.version}")
        )
    if version > row.version:
        return Problem.NEWER, f"version {version}, the row is at {row.version}"
    if version < row.version:
        is_late = known_version is not None and version < known_version
        return (Problem.OLDER, f"version {version}, the row is at {row.version}") if is_late else None
    try:
        is_same = serializer.loads(payload_of(entry)) == row.value
    except CorruptEntryError:
        return Problem.DIFFERENT, f"unreadable, at version {version}"
    return None if is_same else (Problem.DIFFERENT, f"another value at version {version}")


def floor_against(entry: bytes, row: Versioned[T] | None) -> int:
    """The lowest version that may be shown instead of a wrong entry."""
    version = version_of(entry)
    return row.version if row is not None and row.version > version else version + 1
