"""Actors that stop at named points, and a director who lets them go on in a chosen order.

A point is any call into the store or the loader, and whatever a test marks with `point(...)`. `interleavings` gives
every order in which the steps of some actors can be mixed; `play` runs one of them on real threads and real servers.

An actor that does not reach its next point waits for another actor. For a row lock: PostgreSQL says so, and the
director goes on at once. For a shared load: nobody says so, and the director goes on after BLOCKED_AFTER.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

FULL = os.environ.get("FULL") == "1"
# Seconds.
BLOCKED_AFTER = 0.25
FIRST_POINT_WITHIN = 20.0
LOOK_EVERY = 0.005
END = "end"

_here = threading.local()


def point(name: str) -> None:
    """Stop here until the director says go on; outside a play, nothing happens."""
    actor: Actor | None = getattr(_here, "actor", None)
    if actor is not None:
        actor.stop_at(name)


class Actor:
    """One job on a thread of its own, which keeps its database connection from play to play."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.at = ""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._go = threading.Semaphore(0)
        self._stopped = threading.Event()
        # Who has not begun holds nobody up.
        self._stopped.set()
        self._database: BaseDatabaseWrapper | None = None

    def start(self, job: Callable[[], Any], *, nobody_moves: Callable[[], bool]) -> None:
        self.at = ""
        self._stopped.clear()
        self._future = self._thread.submit(self._run, job)
        self._wait(FIRST_POINT_WITHIN, nobody_moves)

    def step(self, *, nobody_moves: Callable[[], bool]) -> None:
        """Go on to the next point, or to the end, or until it waits for somebody else."""
        if self.at == END:
            return
        if self.at:
            self._stopped.clear()
            self.at = ""
            self._go.release()
        self._wait(BLOCKED_AFTER, nobody_moves)

    def _wait(self, seconds: float, nobody_moves: Callable[[], bool]) -> None:
        for _ in range(int(seconds / LOOK_EVERY)):
            if self._stopped.wait(LOOK_EVERY) or nobody_moves():
                return

    @property
    def moves(self) -> bool:
        """Whether it is at no point."""
        return not self._stopped.is_set()

    @property
    def backend(self) -> int | None:
        """The process of PostgreSQL that serves it; None while it has asked for nothing."""
        connection = self._database.connection if self._database else None
        return connection.info.backend_pid if connection else None

    @property
    def ended(self) -> bool:
        return self.at == END

    def result(self) -> Any:
        return self._future.result(timeout=10)

    def stop_at(self, name: str) -> None:
        self.at = name
        self._stopped.set()
        self._go.acquire()

    def close(self) -> None:
        self._thread.submit(connections.close_all).result(timeout=10)
        self._thread.shutdown()

    def _run(self, job: Callable[[], Any]) -> Any:
        _here.actor = self
        self._database = connections[DEFAULT_DB_ALIAS]
        try:
            # Before the first point, since the director is patient only there.
            self._database.ensure_connection()
            return job()
        finally:
            _here.actor = None
            self.at = END
            self._stopped.set()


class Stage:
    """The actors of a test, by name."""

    def __init__(self) -> None:
        self._actors: dict[str, Actor] = {}
        # Its own, so that the director's questions are not among those that a test counts.
        self._database = connections[DEFAULT_DB_ALIAS].copy()

    def play(self, jobs: Mapping[str, Callable[[], Any]], order: Sequence[str]) -> dict[str, Any]:
        """Run the jobs, one step at a time in this order, then to their ends; what each returned."""
        cast = {name: self._actors.setdefault(name, Actor(name)) for name in jobs}
        nobody_moves = partial(self._nobody_moves, list(cast.values()))
        for name, job in jobs.items():
            cast[name].start(job, nobody_moves=nobody_moves)
        for name in order:
            cast[name].step(nobody_moves=nobody_moves)
        for _ in range(2000):
            if all(actor.ended for actor in cast.values()):
                break
            for actor in cast.values():
                actor.step(nobody_moves=nobody_moves)
        return {name: actor.result() for name, actor in cast.items()}

    def close(self) -> None:
        for actor in self._actors.values():
            actor.close()
        self._database.close()

    def _nobody_moves(self, cast: Sequence[Actor]) -> bool:
        """Whether each is at a point, or waits for a lock that none of those who move will give back."""
        backends = [actor.backend for actor in cast if actor.moves]
        if None in backends:
            return False
        with self._database.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE pid = ANY(%s) AND NOT granted", [backends])
            return bool(cursor.fetchone() == (len(backends),))


def interleavings(steps: Mapping[str, int], *, most: int) -> Iterator[tuple[str, ...]]:
    """Every order of the actors' steps; where there are more than `most` and FULL is not set, a seeded sample."""
    letters = [name for name, count in steps.items() for _ in range(count)]
    total = _multinomial(list(steps.values()))
    if total <= most or (FULL and total <= 20_000):
        yield from sorted(set(permutations(letters))) if len(letters) <= 8 else _merge(dict(steps))
        return
    chooser = random.Random(len(letters))
    chosen: set[tuple[str, ...]] = set()
    while len(chosen) < most:
        chooser.shuffle(letters)
        chosen.add(tuple(letters))
    yield from sorted(chosen)


def _merge(left: dict[str, int]) -> Iterator[tuple[str, ...]]:
    if not any(left.values()):
        yield ()
    for name, count in left.items():
        if count:
            for rest in _merge({**left, name: count - 1}):
                yield (name, *rest)


def _multinomial(counts: Sequence[int]) -> int:
    total = done = 1
    for count in counts:
        for index in range(1, count + 1):
            total = total * done // index
            done += 1
    return total
