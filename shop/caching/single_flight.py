"""Single-flight: callers in one process that want the same thing at once share one load.

The caller that comes first leads; the others join and wait. The race that shaped it:

1. A leader starts to load product 7 and reads version 1.
2. A writer commits version 2 and invalidates.
3. The writer's next page wants product 7, and has seen floor 2 in the cache.
4. If it joined the load of step 1, the writer would not see their own write.

So a flight has the floor that its leader had seen, and whoever has seen a higher one starts a flight of their own,
which later callers join. The waiting caller still compares what it gets with its floor: a load may answer from the
past."""

import threading
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class FlightTimeoutError(Exception):
    """The leader took too long."""


class Flight(Generic[T]):
    """One load under way, for one key. `loading_since` is when its leader was let in, by the monotonic clock."""

    def __init__(self, floor: int) -> None:
        self.floor = floor
        self.loading_since: float | None = None
        self._landed = threading.Event()
        self._value: T | None = None
        self._error: BaseException | None = None

    def land(self, value: T) -> None:
        self._value = value
        self._landed.set()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._landed.set()

    def wait(self, timeout: float) -> T:
        """What the leader brought; its error if it failed; FlightTimeoutError after `timeout` seconds."""
        if not self._landed.wait(max(0.0, timeout)):
            raise FlightTimeoutError
        if self._error is not None:
            raise self._error
        return cast("T", self._value)


class SingleFlight(Generic[T]):
    """The flights of one cache in this process, by row id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[int, Flight[T]] = {}

    def board(self, floors: Mapping[int, int]) -> tuple[dict[int, Flight[T]], dict[int, Flight[T]]]:
        """For each id with the floor its caller has seen: the flights to lead, and the flights to wait for."""
        led: dict[int, Flight[T]] = {}
        joined: dict[int, Flight[T]] = {}
        with self._lock:
            for entry_id, floor in floors.items():
                flight = self._flights.get(entry_id)
                if flight is not None and flight.floor >= floor:
                    joined[entry_id] = flight
                else:
                    led[entry_id] = self._flights[entry_id] = Flight(floor)
        return led, joined

    def leave(self, entry_id: int, flight: Flight[T]) -> None:
        """Take a flight off the board, before it lands: whoever comes now starts afresh."""
        with self._lock:
            if self._flights.get(entry_id) is flight:
                del self._flights[entry_id]

    def outdate(self, entry_ids: Iterable[int]) -> None:
        """Take whatever flies for these ids off the board: its load may have begun before a write."""
        with self._lock:
            for entry_id in entry_ids:
                self._flights.pop(entry_id, None)
