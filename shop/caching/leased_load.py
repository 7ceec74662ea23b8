"""The way of a miss: one load in this process, one lease across processes, one statement, one script for the fills.

As a decision tree, for each key that was not fresh:

    somebody in this process loads it   stale value at hand: show it; else wait for them
    else ask the store for the lease
        the entry has changed meanwhile  fresh: that is the answer; else look again with what it says now
        somebody else has the lease      stale value at hand: show it; else ask again shortly, within the wait limit
        granted                          load, compare with the floor, fill
    the store fails, or the wait was too long: load, and do not fill

Nobody shows or stores what is below the floor they have seen: such an answer came from a load that began before a
write, or from an old snapshot of the database, and is loaded again.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Generic, TypeVar

import msgspec

from shop.caching.fenced_load import LEASE_LOST, NOT_STORED, Answer, FencedLoad, from_reading
from shop.caching.ground import Ground, Loader
from shop.caching.lease_return import give_back
from shop.caching.policy import Policy
from shop.caching.reading import EntryReader, Freshness, Reading
from shop.caching.results import Status
from shop.caching.serializer import Serializer
from shop.caching.single_flight import Flight, FlightTimeoutError, SingleFlight
from shop.caching.store import Lease, LeaseAnswer, StoreError

T = TypeVar("T")

# Between two looks at somebody else's lease: a twentieth of the time waited so far, so that a wait is little longer
# than the load, within these bounds (s).
SHORTEST_PAUSE: Final = 0.002
LONGEST_PAUSE: Final = 0.025


class LeasedLoad(Generic[T]):
    """The misses of one cache in this process."""

    def __init__(
        self, *, policy: Policy, reader: EntryReader[T], serializer: Serializer[T], ground: Callable[[], Ground]
    ) -> None:
        self._policy = policy
        self._reader = reader
        self._ground = ground
        self._loads = FencedLoad(policy=policy, serializer=serializer, ground=ground)
        self._flights: SingleFlight[Answer[T]] = SingleFlight()
        self._database: str | None = None

    def fetch(
        self, wanted: Mapping[int, Reading[T]], *, load: Loader[T], reload: Loader[T] | None, ask_store: bool
    ) -> dict[int, Answer[T]]:
        """Answer every id in `wanted`. `reload` asks past any replica; `ask_store` is False when the cache has failed.

        Raises OverloadedError, and what the loader raises, unless there is a stale value for everyone concerned.
        """
        answers, outdated = self._board(wanted, load=load, reload=reload, ask_store=ask_store)
        if outdated:
            # Together again: one by one they would be a stampede. Whoever leads now began after they came.
            again = {entry_id: wanted[entry_id] for entry_id in outdated}
            fresh, late = self._board(again, load=load, reload=reload, ask_store=ask_store)
            answers |= fresh | late
        return answers

    def _board(
        self, wanted: Mapping[int, Reading[T]], *, load: Loader[T], reload: Loader[T] | None, ask_store: bool
    ) -> tuple[dict[int, Answer[T]], dict[int, Answer[T]]]:
        """Lead what nobody leads, join the others: the answers, and those of joined loads whose lease was lost.

        A lease that was taken away may have been taken by a write in another process, after the load began: this
        reader may have come after that write, and its entry may be evicted by now. Of a load that had none, or could
        not show it, nobody knows; the policy says what is made of that.
        """
        flights = self._flights_of_this_database()
        led, joined = flights.board({entry_id: reading.floor for entry_id, reading in wanted.items()})
        answers: dict[int, Answer[T]] = {}
        try:
            mine = {entry_id: wanted[entry_id] for entry_id in led}
            for entry_id, answer in self._lead(led, mine, load=load, reload=reload, ask_store=ask_store):
                answers[entry_id] = answer
                flight = led.pop(entry_id)
                flights.leave(entry_id, flight)
                flight.land(answer)
        except BaseException as error:
            for entry_id, flight in led.items():
                flights.leave(entry_id, flight)
                flight.fail(error)
            raise
        alone: dict[int, Reading[T]] = {}
        outdated: dict[int, Answer[T]] = {}
        started = self._ground().clock.monotonic()
        for entry_id, flight in joined.items():
            shared = self._join(flight, wanted[entry_id], started)
            if shared is None:
                alone[entry_id] = wanted[entry_id]
            elif shared.detail == LEASE_LOST or (shared.detail == NOT_STORED and not self._policy.joins_unwatched):
                outdated[entry_id] = shared
            else:
                answers[entry_id] = shared
        answers.update(self._loads.load(alone, load=reload or load, reload=None, token=None))
        return answers, outdated

    def _join(self, flight: Flight[Answer[T]], reading: Reading[T], since: float) -> Answer[T] | None:
        """What the leader brought, or None: then load alone.

        A leader that was let in late, after a dead one, gets its own time: all its followers at once would help nobody.
        """
        if reading.freshness is Freshness.STALE:
            return from_reading(reading, Status.STALE)
        answer: Answer[T] | None = None
        while answer is None:
            left = since + self._policy.wait_limit - self._ground().clock.monotonic()
            try:
                answer = flight.wait(left)
            except FlightTimeoutError:
                if flight.loading_since is None or flight.loading_since <= since:
                    return None
                since = flight.loading_since
        return None if answer.version < reading.floor else msgspec.structs.replace(answer, collapsed=True)

    def _lead(
        self,
        flights: Mapping[int, Flight[Answer[T]]],
        wanted: Mapping[int, Reading[T]],
        *,
        load: Loader[T],
        reload: Loader[T] | None,
        ask_store: bool,
    ) -> Iterator[tuple[int, Answer[T]]]:
        clock = self._ground().clock
        started = clock.monotonic()
        token = secrets.token_hex(8)
        waiting = dict(wanted)
        while waiting and ask_store:
            granted: dict[int, Reading[T]] = {}
            look_again = False
            try:
                replies = self._ask_for_leases(waiting, token)
            except StoreError:
                break
            for entry_id, (answer, entry) in replies.items():
                reading = waiting[entry_id]
                if answer is LeaseAnswer.GRANTED:
                    granted[entry_id] = waiting.pop(entry_id)
                    flights[entry_id].loading_since = clock.monotonic()
                elif answer is LeaseAnswer.CHANGED:
                    now_ms = self._ground().now_ms
                    reading = self._reader.read(entry, entry_id=entry_id, now_ms=now_ms, floor=reading.floor)
                    if reading.freshness is Freshness.FRESH:
                        del waiting[entry_id]
                        yield entry_id, from_reading(reading, Status.MISS, collapsed=True)
                    else:
                        waiting[entry_id] = reading
                        look_again = True
                elif reading.freshness is Freshness.STALE:
                    del waiting[entry_id]
                    yield entry_id, from_reading(reading, Status.STALE)
            yield from self._loads.load(granted, load=load, reload=reload, token=token)
            waited = clock.monotonic() - started
            if not waiting or waited >= self._policy.wait_limit:
                break
            if not look_again:
                clock.wait(min(max(waited / 20, SHORTEST_PAUSE), LONGEST_PAUSE))
        yield from self._loads.load(waiting, load=load, reload=reload, token=None)

    def _ask_for_leases(
        self, waiting: Mapping[int, Reading[T]], token: str
    ) -> dict[int, tuple[LeaseAnswer, bytes | None]]:
        ground = self._ground()
        keys = ground.keys.entries(self._policy, list(waiting))
        leases = [Lease(key, reading.seen) for key, reading in zip(keys, waiting.values(), strict=True)]
        try:
            replies = ground.store.lease(leases, token=token, lease_ms=int(self._policy.lease * 1000))
        except StoreError as error:
            give_back(ground.store, keys, token=token, after=error)
            raise
        return dict(zip(waiting, replies, strict=True))

    def outdate(self, entry_ids: Iterable[int]) -> None:
        """Nobody joins a load that is under way for these rows: they have just been written."""
        self._flights.outdate(entry_ids)

    def _flights_of_this_database(self) -> SingleFlight[Answer[T]]:
        """A reset gives the database a new id, and nobody may join a load from before it."""
        database = self._ground().keys.known
        if database != self._database:
            self._flights, self._database = SingleFlight(), database
        return self._flights
