"""Load from the database, compare with the floor, fill: what a lease is for.

The fence on the reader's side. Three answers from the past are caught here and loaded again: from a load that began
before a write, from a replica that lags, from an old snapshot. The store's scripts are the fence on the other side.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

from shop.caching.entry import ABSENT, VALUE, Versioned, pack
from shop.caching.ground import Ground, Loader
from shop.caching.lease_return import give_back
from shop.caching.load_gate import OverloadedError
from shop.caching.policy import Policy
from shop.caching.reading import Freshness, Reading
from shop.caching.results import Status
from shop.caching.serializer import NotExactError, Serializer
from shop.caching.store import Fill, FillAnswer, StoreError

T = TypeVar("T")
logger = logging.getLogger(__name__)

LEASE_LOST = "lease lost"
FILL_WORDS = {FillAnswer.STORED: "", FillAnswer.NO_LEASE: LEASE_LOST, FillAnswer.BELOW_FLOOR: "below floor"}
NOT_STORED = "not stored"


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """How one key was answered. `version` of an absent row is the floor its reader had seen."""

    value: T | None
    version: int
    status: Status
    collapsed: bool = False
    age_ms: float | None = None
    ttl_ms: float | None = None
    detail: str = ""


def from_reading(reading: Reading[T], status: Status, *, collapsed: bool = False) -> Answer[T]:
    return Answer(
        reading.value, reading.floor, status, collapsed, reading.age_ms, reading.ttl_ms, detail=reading.detail
    )


class FencedLoad(Generic[T]):
    """The loads of one cache in this process."""

    def __init__(self, *, policy: Policy, serializer: Serializer[T], ground: Callable[[], Ground]) -> None:
        self._policy = policy
        self._serializer = serializer
        self._ground = ground

    def load(
        self, wanted: Mapping[int, Reading[T]], *, load: Loader[T], reload: Loader[T] | None, token: str | None
    ) -> Iterator[tuple[int, Answer[T]]]:
        """Load by one statement and, with a lease's token, fill by one script."""
        if not wanted:
            return
        unable: tuple[type[Exception], ...] = (OverloadedError, *self._ground().load_errors)
        try:
            found = self._from_database(wanted, load, reload)
        except unable:
            self._release(wanted, token)
            if any(reading.freshness is not Freshness.STALE for reading in wanted.values()):
                raise
            for entry_id, reading in wanted.items():
                yield entry_id, from_reading(reading, Status.STALE)
            return
        except BaseException:
            self._release(wanted, token)
            raise
        details = self._fill(wanted, found, token) if token else dict.fromkeys(wanted, NOT_STORED)
        for entry_id, reading in wanted.items():
            row = found.get(entry_id)
            value, version = (row.value, row.version) if row else (None, reading.floor)
            yield entry_id, Answer(value, version, Status.MISS, detail=details[entry_id])

    def _from_database(
        self, wanted: Mapping[int, Reading[T]], load: Loader[T], reload: Loader[T] | None
    ) -> dict[int, Versioned[T]]:
        gate = self._ground().gate
        with gate.load():
            found = dict(load(list(wanted)))
        below = [
            entry_id
            for entry_id, reading in wanted.items()
            if (found[entry_id].version < reading.floor if entry_id in found else reload and reading.floor)
        ]
        if below:
            with gate.load():
                again = (reload or load)(below)
            found = {entry_id: row for entry_id, row in found.items() if entry_id not in below} | dict(again)
        return found

    def _fill(self, wanted: Mapping[int, Reading[T]], found: Mapping[int, Versioned[T]], token: str) -> dict[int, str]:
        """Store what was found, and what was not; says for each id how that went, "" for well."""
        ground = self._ground()
        details = dict.fromkeys(wanted, NOT_STORED)
        fills: dict[int, Fill] = {}
        keys = dict(zip(wanted, ground.keys.entries(self._policy, list(wanted)), strict=True))
        for entry_id, reading in wanted.items():
            row = found.get(entry_id)
            try:
                entry, kept_ms = self._packed(row, floor=reading.floor, now_ms=ground.now_ms)
            except NotExactError:
                logger.exception("an entry of %s can't be stored", self._policy.name)
                self._release({entry_id: reading}, token)
                continue
            fills[entry_id] = Fill(keys[entry_id], entry, kept_ms)
        try:
            channel = ground.keys.told_on(self._policy)
            answers = ground.store.fill(list(fills.values()), token=token, channel=channel) if fills else []
        except StoreError as error:
            give_back(ground.store, list(keys.values()), token=token, after=error)
            return details
        return details | {entry_id: FILL_WORDS[answer] for entry_id, answer in zip(fills, answers, strict=True)}

    def _packed(self, row: Versioned[T] | None, *, floor: int, now_ms: int) -> tuple[bytes, int]:
        """The entry and how many ms it is kept. An absent row takes the floor its reader saw, so that a new row beats
        it."""
        if row is None:
            return pack(version=floor, written_ms=now_ms, kind=ABSENT), int(self._policy.negative_ttl * 1000)
        payload = self._serializer.dumps(row.value)
        return pack(version=row.version, written_ms=now_ms, kind=VALUE, payload=payload), self._policy.kept_ms

    def _release(self, wanted: Mapping[int, Reading[T]], token: str | None) -> None:
        """Let the next caller try at once."""
        if token is None:
            return
        ground = self._ground()
        keys = ground.keys.entries(self._policy, list(wanted))
        try:
            ground.store.release(keys, token=token)
        except StoreError as error:
            give_back(ground.store, keys, token=token, after=error)
