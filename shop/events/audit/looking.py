"""Entries and their rows, entries first: whatever is written between the two is a change on its way to the entry."""

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from shop.caching.entry import Versioned
from shop.caching.guard import past_the_breaker
from shop.caching.policy import Pattern
from shop.caching.registry import REGISTRY
from shop.events.audit.audited import Audited
from shop.events.audit.findings import Finding, Problem
from shop.events.audit.row_ids import BATCH
from shop.events.audit.verdicts import floor_against, shows_something, verdict_on

T = TypeVar("T")


class Look(NamedTuple, Generic[T]):
    """What is cached of some ids, and the rows of those. Where there is no entry nobody needs to know the row."""

    entries: Mapping[int, bytes]
    rows: Mapping[int, Versioned[T]]


def look(audited: Audited[T], ids: Sequence[int]) -> Look[T]:
    """At the ids. Raises StoreError."""
    ground, policy = REGISTRY.ground(), audited.cache.policy
    entries: dict[int, bytes] = {}
    with past_the_breaker():
        for start in range(0, len(ids), BATCH):
            chunk = ids[start : start + BATCH]
            read = ground.read([(policy, each) for each in chunk])
            entries |= {
                each: entry for each, entry in zip(chunk, read, strict=True) if entry and shows_something(entry)
            }
    return Look(entries, audited.load(list(entries)) if entries else {})


def findings_of(audited: Audited[T], seen: Look[T], *, known: Mapping[int, int | None]) -> list[Finding]:
    """What is wrong, if the rows were once as `known` says: the version, or None for no row, by id.

    What write-behind shows is right until its TTL, which Redis ends, whatever the flush has written since.
    """
    may_be_older = audited.cache.policy.pattern is Pattern.WRITE_BEHIND
    found = []
    for entry_id, entry in seen.entries.items():
        row = seen.rows.get(entry_id)
        if verdict := verdict_on(entry, row, known_version=known[entry_id], serializer=audited.serializer):
            problem, detail = verdict
            if may_be_older and problem is Problem.OLDER:
                continue
            found.append(Finding(audited.name, entry_id, problem, detail, floor_against(entry, row)))
    return found


def versions_of(seen: Look[T]) -> dict[int, int | None]:
    """By the id of each entry."""
    return {entry_id: row.version if (row := seen.rows.get(entry_id)) else None for entry_id in seen.entries}
