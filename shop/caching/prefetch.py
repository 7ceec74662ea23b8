"""Prefetch: one MGET for what a page will ask for.

    with prefetch(PRODUCT_CACHE.ref(7), PRICE_CACHE.ref(7)):
        product = queries.get_product(product_id=7)

What was fetched is forgotten at the end of the block, so it is never older than the block; an invalidation by the same
thread drops it at once. Inside a transaction nothing is prefetched: reads bypass the cache.

What this process has a copy of is not asked for; the block is served from the copies of its beginning. What the block
had to load is remembered beside, for who wants to know what this page has been told (`answered`); it answers no read.
Proved by tests/unit/test_prefetch.py and tests/unit/test_peek.py.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from typing import NamedTuple

from shop.caching.ground import Ground, Reader
from shop.caching.local_tier import Copy, Ticket
from shop.caching.policy import Policy
from shop.caching.store import StoreError


class Ref(NamedTuple):
    """One entry of one cache, to be prefetched."""

    ground: Ground
    policy: Policy
    entry_id: int


class Fetched(NamedTuple):
    """What one read brought. `entries` holds, for each id asked for, its bytes or None; `latency_ms` is the round
    trip's.

    Where the store failed, `error` says how, and there are no entries. `ticket` is for holding copies of them.
    """

    entries: Mapping[int, bytes | None]
    now_ms: int
    latency_ms: float
    error: StoreError | None = None
    ticket: Ticket | None = None


class Batch:
    """What one prefetch has read, the copies that it found, and what was loaded since, by cache and id."""

    __slots__ = ("copies", "entries", "error", "latency_ms", "loaded", "now_ms", "ticket")

    def __init__(self, refs: Sequence[Ref], by: Reader | None = None) -> None:
        ground = refs[0].ground
        self.copies: dict[tuple[str, int], Copy[object]] = {}
        self.entries: dict[tuple[str, int], bytes | None] = {}
        self.loaded: dict[tuple[str, int], object] = {}
        wanted: list[tuple[Policy, int]] = []
        for _, policy, entry_id in refs:
            if (copy := ground.copy(policy, entry_id)) is not None:
                self.copies[policy.name, entry_id] = copy
            else:
                wanted.append((policy, entry_id))
        self.now_ms, self.latency_ms = ground.now_ms, 0.0
        self.error: StoreError | None = None
        self.ticket: Ticket | None = None
        if wanted:
            entries, self.now_ms, self.latency_ms, self.error, self.ticket = _fetch(ground, wanted, by)
            for (policy, entry_id), entry in zip(wanted, entries, strict=True):
                self.entries[policy.name, entry_id] = entry


_batches: ContextVar[tuple[Batch, ...]] = ContextVar("prefetched", default=())


class prefetch:  # noqa: N801  used as a statement; a class because a generator costs more than the work done here
    """Read all entries at once; the reads inside the block are served from them. `by`: another way to read."""

    __slots__ = ("_by", "_refs", "_token")

    def __init__(self, *refs: Ref, by: Reader | None = None) -> None:
        self._refs = refs
        self._by = by
        self._token: Token[tuple[Batch, ...]] | None = None

    def __enter__(self) -> None:
        if self._refs and not self._refs[0].ground.in_transaction():
            self._token = _batches.set((Batch(self._refs, self._by), *_batches.get()))

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _batches.reset(self._token)


def holding(policy: Policy, entry_id: int) -> Batch | None:
    """The prefetch that has this entry, if any does and it succeeded."""
    key = (policy.name, entry_id)
    for batch in _batches.get():
        if key in batch.entries and batch.error is None:
            return batch
    return None


def copied(policy: Policy, entry_id: int) -> Copy[object] | None:
    """The copy that a prefetch has found of this entry, if any did."""
    for batch in _batches.get():
        if (copy := batch.copies.get((policy.name, entry_id))) is not None:
            return copy
    return None


def learn(policy: Policy, values: Mapping[int, object]) -> None:
    """Remember what a read inside the block was answered with, of entries that the prefetch had asked for in vain."""
    for batch in _batches.get():
        for entry_id, value in values.items():
            if (key := (policy.name, entry_id)) in batch.entries:
                batch.loaded[key] = value


def answered(policy: Policy, entry_id: int) -> object:
    """The value that such a read was answered with; None where there was no such read, or no such row."""
    key = (policy.name, entry_id)
    return next((batch.loaded[key] for batch in _batches.get() if key in batch.loaded), None)


def read(ground: Ground, policy: Policy, entry_ids: Sequence[int]) -> Fetched:
    """The entries: out of one prefetch if it has them all, else by one round trip. Never raises for the store."""
    name = policy.name
    for batch in _batches.get():
        held = batch.entries
        if all([(name, entry_id) in held for entry_id in entry_ids]):  # noqa: C419  a list is quicker here
            entries = {entry_id: held[name, entry_id] for entry_id in entry_ids}
            return Fetched(entries, batch.now_ms, batch.latency_ms, batch.error, batch.ticket)
    read, now_ms, latency_ms, error, ticket = _fetch(ground, [(policy, entry_id) for entry_id in entry_ids])
    return Fetched(dict(zip(entry_ids, read, strict=True)), now_ms, latency_ms, error, ticket)


def forget(policy: Policy, entry_ids: Sequence[int]) -> None:
    """Drop what an invalidation has overtaken."""
    for batch in _batches.get():
        for entry_id in entry_ids:
            for held in (batch.entries, batch.copies, batch.loaded):
                held.pop((policy.name, entry_id), None)


def _fetch(
    ground: Ground, wanted: Sequence[tuple[Policy, int]], by: Reader | None = None
) -> tuple[Sequence[bytes | None], int, float, StoreError | None, Ticket | None]:
    started = ground.clock.monotonic()
    ticket = ground.ticket()
    error: StoreError | None = None
    try:
        entries = ground.read(wanted, by=by)
    except StoreError as failure:
        error, entries = failure, [None] * len(wanted)
    return entries, ground.now_ms, (ground.clock.monotonic() - started) * 1000, error, ticket
