"""What the cache says of products, held against their rows.

An entry may be a moment behind its row: a write is put after its commit, and one made by hand is known by the change
log. So whatever looks wrong is looked at again, once SETTLED_S have passed, and is wrong if
- it says something else than its row at the same version;
- it is older than the row was at the first look;
- it is newer than the row, which is read after the entry: the database was put back, or the entry is not ours;
- it says that there is no row, or has a value of a row that is gone, and that was so at the first look already.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from inventory.loaders import load_stocks
from inventory.reconcile.findings import Finding, Problem
from inventory.reconcile.rows import Sums
from inventory.snapshots import StockSnapshot
from inventory.stock_cache import STOCK_POLICY
from shop.caching.entry import ABSENT, TOMBSTONE, Versioned, is_entry, kind_of, payload_of, version_of
from shop.caching.guard import past_the_breaker
from shop.caching.registry import REGISTRY
from shop.caching.serializer import CorruptEntryError, Serializer

SETTLED_S: Final = 1.0
ENTRIES_PER_READ: Final = 500
_SERIALIZER: Final = Serializer(StockSnapshot)

Rows = Mapping[int, Versioned[StockSnapshot]]


def wrong_entries(batch: Sequence[Sums]) -> list[Finding]:
    """Of the products of the batch. Raises StoreError."""
    before = {sums.product_id: _row(sums) for sums in batch if sums.version}
    product_ids = [sums.product_id for sums in batch]
    entries = _read(product_ids)
    suspects = [one for one in product_ids if _wrong(entries[one], before.get(one), before.get(one))]
    if not suspects:
        return []
    REGISTRY.ground().clock.wait(SETTLED_S)
    entries = _read(suspects)
    rows = load_stocks(suspects)
    verdicts = {one: _wrong(entries[one], rows.get(one), before.get(one)) for one in suspects}
    return [Finding(one, Problem.CACHED, verdict) for one, verdict in verdicts.items() if verdict]


def _read(product_ids: Sequence[int]) -> dict[int, bytes | None]:
    ground = REGISTRY.ground()
    found: dict[int, bytes | None] = {}
    with past_the_breaker():
        for start in range(0, len(product_ids), ENTRIES_PER_READ):
            chunk = product_ids[start : start + ENTRIES_PER_READ]
            found |= zip(chunk, ground.read([(STOCK_POLICY, one) for one in chunk]), strict=True)
    return found


def _wrong(entry: bytes | None, row: Versioned[StockSnapshot] | None, before: Versioned[StockSnapshot] | None) -> str:
    """What is wrong about an entry, or ""; `row` was read after it, `before` a while ago."""
    if entry is None or not is_entry(entry):
        return ""
    kind, version = kind_of(entry), version_of(entry)
    if row is None:
        return "a value of a row that is gone" if kind not in (ABSENT, TOMBSTONE) and before is None else ""
    if kind == ABSENT:
        return "said to be missing" if before is not None else ""
    if version > row.version:
        return f"version {version}, the row is at {row.version}"
    if kind == TOMBSTONE:
        return ""
    if version < row.version:
        return f"version {version}, the row is at {row.version}" if before and version < before.version else ""
    return _other_value(entry, row.value)


def _other_value(entry: bytes, value: StockSnapshot) -> str:
    try:
        cached = _SERIALIZER.loads(payload_of(entry))
    except CorruptEntryError:
        return "unreadable"
    if cached == value:
        return ""
    return f"{cached.on_hand} on hand and {cached.held} held, the row says {value.on_hand} and {value.held}"


def _row(sums: Sums) -> Versioned[StockSnapshot]:
    return Versioned(sums.version, StockSnapshot(sums.product_id, sums.on_hand, sums.held))
