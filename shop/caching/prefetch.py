"""Prefetch: one MGET for what a page will ask for.

    with prefetch(PRODUCT_CACHE.ref(7), PRICE_CACHE.ref(7)):
        product = queries.get_product(product_id=7)

What was fetched is handed out once and forgotten at the end of the block, so it is never older than the block; an
invalidation by the same thread drops it at once. Inside a transaction nothing is prefetched: reads bypass the cache.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from shop.caching.ground import Ground
from shop.caching.policy import Policy
from shop.caching.store import StoreError


class Ref(NamedTuple):
    """One entry of one cache, to be prefetched."""

    ground: Ground
    policy: Policy
    entry_id: int


_Held = dict[tuple[str, int], bytes | StoreError | None]
_held: ContextVar[_Held | None] = ContextVar("prefetched", default=None)


@contextmanager
def prefetch(*refs: Ref) -> Iterator[None]:
    """Read all entries at once; the reads inside the block are served from them."""
    held: _Held = {**(_held.get() or {})}
    if refs and not refs[0].ground.in_transaction():
        held.update(_fetch(refs))
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)


def read(ground: Ground, policy: Policy, entry_ids: Sequence[int]) -> list[bytes | None]:
    """The entries: prefetched if all of them are, else by one round trip. Raises StoreError, a prefetched one too."""
    held = _held.get()
    if not held:
        return ground.read([(policy, entry_ids)])
    name = policy.name
    if not all((name, entry_id) in held for entry_id in entry_ids):
        return ground.read([(policy, entry_ids)])
    entries: list[bytes | None] = []
    for entry_id in entry_ids:
        entry = held.pop((name, entry_id))
        if isinstance(entry, StoreError):
            raise entry
        entries.append(entry)
    return entries


def forget(policy: Policy, entry_ids: Sequence[int]) -> None:
    """Drop what an invalidation has overtaken."""
    if held := _held.get():
        for entry_id in entry_ids:
            held.pop((policy.name, entry_id), None)


def _fetch(refs: Sequence[Ref]) -> _Held:
    by_policy: dict[Policy, list[int]] = defaultdict(list)
    for ref in refs:
        by_policy[ref.policy].append(ref.entry_id)
    names = [(policy.name, entry_id) for policy, entry_ids in by_policy.items() for entry_id in entry_ids]
    try:
        return dict(zip(names, refs[0].ground.read(list(by_policy.items())), strict=True))
    except StoreError as error:
        return dict.fromkeys(names, error)
