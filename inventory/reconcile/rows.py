"""What the tables say of products: the row of stock, the sums of the ledger, the sum of what is reserved.

One statement reads all of them, so they are of one moment, and a shop that goes on selling makes no finding.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from inventory.reconcile.findings import Finding, Problem

# Products of one batch.
BATCH: Final = 2000
LARGEST_ID: Final = 2**63 - 1

_RANGE = "product_id > %(after)s AND product_id <= %(upto)s"
_THESE = "product_id = ANY(%(ids)s)"


def _sums(scope: str) -> str:
    return f"""
        WITH stock AS (SELECT product_id, on_hand, held, version FROM inventory_stock WHERE {scope}),
        ledger AS (
            SELECT product_id, sum(on_hand_change) AS on_hand, sum(held_change) AS held
            FROM inventory_movement WHERE {scope} GROUP BY product_id
        ),
        kept AS (
            SELECT line.product_id, sum(line.quantity) AS held
            FROM inventory_reservationline AS line
            JOIN inventory_reservation AS reservation ON reservation.id = line.reservation_id
            WHERE reservation.status = 'open' AND {scope} GROUP BY line.product_id
        )
        SELECT product_id, coalesce(stock.version, 0), coalesce(stock.on_hand, 0), coalesce(stock.held, 0),
               coalesce(ledger.on_hand, 0)::bigint, coalesce(ledger.held, 0)::bigint, coalesce(kept.held, 0)::bigint
        FROM stock FULL JOIN ledger USING (product_id) FULL JOIN kept USING (product_id)
        ORDER BY product_id
    """  # noqa: S608  the parts put in are the constants above


_IN_RANGE = _sums(_RANGE)
_OF_THESE = _sums(_THESE)
_BOUND = """
    SELECT max(product_id) FROM (
        SELECT product_id FROM inventory_stock WHERE product_id > %s ORDER BY product_id LIMIT %s
    ) AS batch
"""


class Sums(NamedTuple):
    """One product. Its row's `version` is 0 where it has none."""

    product_id: int
    version: int
    on_hand: int
    held: int
    ledger_on_hand: int
    ledger_held: int
    kept: int


def batches(product_ids: Sequence[int] | None) -> Iterator[list[Sums]]:
    """Of these products, known or not, or of all that have stock, a ledger or a reservation; in product order."""
    if product_ids is not None:
        chosen = sorted(set(product_ids))
        for start in range(0, len(chosen), BATCH):
            ids = chosen[start : start + BATCH]
            found = {sums.product_id: sums for sums in _read(_OF_THESE, {"ids": ids})}
            yield [found.get(product_id) or nothing_of(product_id) for product_id in ids]
        return
    after = 0
    while after < LARGEST_ID:
        upto = _bound(after)
        yield _read(_IN_RANGE, {"after": after, "upto": upto})
        after = upto


def nothing_of(product_id: int) -> Sums:
    """A product that no table knows."""
    return Sums(product_id, 0, 0, 0, 0, 0, 0)


def count() -> int:
    """How many products have a row."""
    return int(_read_all("SELECT count(*) FROM inventory_stock", {})[0][0])


def findings_of(sums: Sums) -> Iterator[Finding]:
    """What the tables contradict each other in."""
    product_id, _, on_hand, held, ledger_on_hand, ledger_held, kept = sums
    if held < 0 or held > on_hand:
        yield Finding(product_id, Problem.NEGATIVE, f"{on_hand} on hand, {held} of them held")
    if on_hand != ledger_on_hand:
        yield Finding(product_id, Problem.ON_HAND, f"{on_hand} on hand, the ledger adds up to {ledger_on_hand}")
    if held != ledger_held:
        yield Finding(product_id, Problem.HELD, f"{held} held, the ledger adds up to {ledger_held}")
    if held != kept:
        yield Finding(product_id, Problem.KEPT, f"{held} held, open reservations hold {kept}")


def _bound(after: int) -> int:
    """The last product of the batch; the last batch takes along what has a ledger and no row."""
    ((last,),) = _read_all(_BOUND, [after, BATCH])
    return LARGEST_ID if last is None else int(last)


def _read(statement: str, scope: dict[str, Any]) -> list[Sums]:
    return [Sums(*row) for row in _read_all(statement, scope)]


def _read_all(statement: str, arguments: Any) -> list[tuple[Any, ...]]:
    """A product whose ledger is very long takes its time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(statement, arguments)
        return list(cursor)
