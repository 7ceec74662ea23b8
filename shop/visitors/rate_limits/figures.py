"""What was decided about calls, counted in this process: by limit, and by how it was decided; and how often nobody
could say whose a key or a session was."""

import threading
from collections import Counter, deque
from enum import StrEnum
from typing import Final

COUNT_AT: Final = 1000


class Outcome(StrEnum):
    """How a call was decided. The first two are of the log that all processes share; the others of times when it could
    not be asked."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    # Within the process's own share.
    LOCAL = "local"
    # Beyond it, by a limit that closes.
    CLOSED = "closed"
    # Beyond it, by a limit that stays open: let through, and counted nowhere else.
    OPEN = "open"


REFUSALS = frozenset({Outcome.REFUSED, Outcome.CLOSED})


class Figures:
    """Thread-safe. Decisions are kept as they come, which costs next to nothing, and are counted when somebody asks, or
    when there are many."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Outcome]] = Counter()
        self._uncounted: deque[tuple[str, Outcome]] = deque()
        self._lock = threading.Lock()
        self._unnamed = 0

    def add(self, name: str, outcome: Outcome) -> None:
        self._uncounted.append((name, outcome))
        if len(self._uncounted) >= COUNT_AT:
            self._count()

    def of(self, name: str, outcome: Outcome) -> int:
        self._count()
        return self._counts[name, outcome]

    def add_unnamed(self) -> None:
        """A caller with a key or a session counts for the address: the database could not say whose it is."""
        with self._lock:
            self._unnamed += 1

    @property
    def unnamed(self) -> int:
        return self._unnamed

    def _count(self) -> None:
        with self._lock:
            for _ in range(len(self._uncounted)):
                self._counts[self._uncounted.popleft()] += 1
