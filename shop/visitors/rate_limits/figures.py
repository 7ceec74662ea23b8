"""What was decided about calls, counted in this process: by limit, and by how it was decided."""

import threading
from collections import Counter
from enum import StrEnum


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
    """Thread-safe."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Outcome]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, outcome: Outcome) -> None:
        with self._lock:
            self._counts[name, outcome] += 1

    def of(self, name: str, outcome: Outcome) -> int:
        return self._counts[name, outcome]
