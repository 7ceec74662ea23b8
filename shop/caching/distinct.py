"""How many different members a set has, roughly: what HyperLogLog is for.

A set takes at most 12 KB, however many members it has, and its count is off by 0.81 % on average (the figures of
Redis's PFADD and PFCOUNT). Members can't be read back, which is as it should be where they are people.

Sets run out: they have a TTL, so Redis may evict them before, and a set that was evicted counts too few.
"""

import threading
from collections.abc import Sequence
from typing import Protocol


class Distinct(Protocol):
    """Sets by name. Each method is one round trip, and raises StoreError."""

    def add(self, names: Sequence[str], member: str, *, kept_s: int) -> None:
        """The member belongs to these sets, which are kept for so long from now on."""

    def count(self, names: Sequence[str]) -> list[int]:
        """Of each set, in order; 0 for one that is not there."""


class MemoryDistinct:
    """A real fake; it counts exactly, and forgets nothing."""

    def __init__(self) -> None:
        self._sets: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def add(self, names: Sequence[str], member: str, *, kept_s: int) -> None:
        with self._lock:
            for name in names:
                self._sets.setdefault(name, set()).add(member)

    def count(self, names: Sequence[str]) -> list[int]:
        with self._lock:
            return [len(self._sets.get(name, ())) for name in names]
