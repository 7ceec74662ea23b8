"""The only place that asks the machine for the time; everything else is handed a clock."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Two times and a wait. `now` is for what other processes read, `monotonic` for durations in this one."""

    def now(self) -> float:
        """Seconds since 1970, as all machines should agree on to within a fraction of a second."""

    def monotonic(self) -> float:
        """Seconds since some moment of this process; never goes back."""

    def wait(self, seconds: float) -> None:
        """Return after `seconds`. Only bounded back-off may call it."""


class SystemClock:
    """The machine's own time."""

    now = staticmethod(time.time)  # noqa: TID251  this is the clock that the ban points to
    monotonic = staticmethod(time.perf_counter)
    wait = staticmethod(time.sleep)


class ManualClock:
    """A clock that moves when it is told to, or when somebody waits on it. For tests."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._seconds = start
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._seconds

    def monotonic(self) -> float:
        return self._seconds

    def wait(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds
