"""Committed rows into the store: by one load and one script, and where nothing was, by one more of each.

Invariants:
1. An entry is never replaced by a lower version. The race: 1. writer A commits v1; 2. writer B commits v2; 3. B puts
   v2; 4. A puts: what it reads again is v2, and if it had read v1, the fence refuses.
2. Where a put finds nothing, nothing could refuse it: so it is not stored, but given the lease, under which the row is
   loaded again and filled, as a reader does. The race: 1. A reads v1 again; 2. B commits v2, puts it, and returns;
   3. that entry is evicted, flushed, or runs out while A stalls; 4. A puts v1: it gets the lease, and loads v2. Whoever
   writes after step 4 takes the lease away, and the fill is refused.
3. No lease outlives its put, unless the process is killed: then readers wait for it to run out.

Proved by tests/unit/test_write_through_on_nothing.py and tests/races/test_write_through.py.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Generic, NamedTuple, TypeVar

from shop.caching.entry import VALUE, Versioned, pack
from shop.caching.fenced_entries import KEYS_PER_SCRIPT
from shop.caching.ground import Ground, Loader
from shop.caching.lease_return import give_back
from shop.caching.policy import Policy
from shop.caching.results import Status
from shop.caching.serializer import NotExactError, Serializer
from shop.caching.store import Fill, FillAnswer, Put, PutAnswer, StoreError

T = TypeVar("T")
logger = logging.getLogger(__name__)

# How often a put whose lease others have taken is made again, before it is left to the change log.
TRIES: Final = 3


class Fate(NamedTuple):
    """What has become of one entry of a write."""

    status: Status
    detail: str = ""


STORED: Final = Fate(Status.PUT)
SUPERSEDED: Final = Fate(Status.PUT, "superseded")
NOT_STORED: Final = Fate(Status.PUT, "not stored")
LOST: Final = Fate(Status.UNPUT)
GONE: Final = Fate(Status.UNPUT, "gone")
PUT_FATES: Final = {PutAnswer.STORED: STORED, PutAnswer.BELOW_FLOOR: SUPERSEDED}
FILL_FATES: Final = {FillAnswer.STORED: STORED, FillAnswer.BELOW_FLOOR: SUPERSEDED}


class CommittedPuts(Generic[T]):
    """The puts of one cache. `end` ends what the store has of an entry, and says whether the store took that."""

    def __init__(
        self,
        *,
        policy: Policy,
        serializer: Serializer[T],
        ground: Callable[[], Ground],
        load: Loader[T],
        end: Callable[[int, int], bool],
    ) -> None:
        self._policy = policy
        self._serializer = serializer
        self._ground = ground
        self._load = load
        self._end = end

    def put(self, entry_ids: Sequence[int]) -> dict[int, Fate]:
        """Put the rows as they now are. Raises StoreError, and what the loader raises."""
        if not entry_ids:
            return {}
        # 1. A reset gives the database a new id; 2. another process fills under it; 3. this one, which has not heard of
        # it, would put under the old one.
        self._ground().keys.confirm()
        fates: dict[int, Fate] = {}
        token = secrets.token_hex(8)
        waiting = list(entry_ids)
        for _ in range(TRIES):
            leased = self._put(waiting, token, fates)
            waiting = self._fill(leased, token, fates)
            if not waiting:
                return {entry_id: fates[entry_id] for entry_id in entry_ids}
        raise StoreError("the entry went away each time, and others took its lease")

    def _put(self, entry_ids: Sequence[int], token: str, fates: dict[int, Fate]) -> list[int]:
        """Put what can be compared with what is there; answers the ids of the others, of which we have the lease."""
        store = self._ground().store
        lease_ms, tombstone_ms = int(self._policy.lease * 1000), int(self._policy.tombstone_ttl * 1000)
        leased: list[int] = []
        entries = self._entries(entry_ids, self._load(entry_ids), fates)
        for chunk in _chunks(list(entries)):
            puts = [Put(key, entries[entry_id], self._policy.kept_ms) for entry_id, key in self._keys(chunk)]
            with self._let_go_of([*leased, *chunk], token):
                answers = store.put(puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)
            for entry_id, answer in zip(chunk, answers, strict=True):
                if answer is PutAnswer.LEASED:
                    leased.append(entry_id)
                else:
                    fates[entry_id] = PUT_FATES[answer]
        return leased

    def _fill(self, leased: Sequence[int], token: str, fates: dict[int, Fate]) -> list[int]:
        """Load again and fill, under the lease; answers the ids of those that have lost it."""
        if not leased:
            return []
        lost: list[int] = []
        with self._let_go_of(leased, token):
            store = self._ground().store
            entries = self._entries(leased, self._load(leased), fates)
            for chunk in _chunks(list(entries)):
                fills = [Fill(key, entries[entry_id], self._policy.kept_ms) for entry_id, key in self._keys(chunk)]
                for entry_id, answer in zip(chunk, store.fill(fills, token=token), strict=True):
                    if answer is FillAnswer.NO_LEASE:
                        lost.append(entry_id)
                    else:
                        fates[entry_id] = FILL_FATES[answer]
            if unfilled := [entry_id for entry_id in leased if entry_id not in entries]:
                store.release([key for _, key in self._keys(unfilled)], token=token)
        return lost

    def _entries(
        self, entry_ids: Sequence[int], found: Mapping[int, Versioned[T]], fates: dict[int, Fate]
    ) -> dict[int, bytes]:
        """The rows, packed. Of a value that JSON can't hold ends what is cached, and every reader loads."""
        entries: dict[int, bytes] = {}
        for entry_id in entry_ids:
            if (row := found.get(entry_id)) is None:
                fates[entry_id] = GONE
                continue
            try:
                payload = self._serializer.dumps(row.value)
            except NotExactError:
                logger.exception("a row of %s can't be stored", self._policy.name)
                fates[entry_id] = NOT_STORED if self._end(entry_id, row.version) else LOST
            else:
                now_ms = self._ground().now_ms
                entries[entry_id] = pack(version=row.version, written_ms=now_ms, kind=VALUE, payload=payload)
        return entries

    def _keys(self, entry_ids: Sequence[int]) -> list[tuple[int, str]]:
        return list(zip(entry_ids, self._ground().keys.entries(self._policy, entry_ids), strict=True))

    @contextmanager
    def _let_go_of(self, entry_ids: Sequence[int], token: str) -> Iterator[None]:
        """Where anything fails, readers need not wait for the leases that we have, or may have."""
        try:
            yield
        except BaseException as error:
            store, keys = self._ground().store, [key for _, key in self._keys(entry_ids)]
            if isinstance(error, StoreError):
                give_back(store, keys, token=token, after=error)
                raise
            try:
                store.release(keys, token=token)
            except StoreError as failure:
                give_back(store, keys, token=token, after=failure)
            raise


def _chunks(entry_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(entry_ids), KEYS_PER_SCRIPT):
        yield entry_ids[start : start + KEYS_PER_SCRIPT]
