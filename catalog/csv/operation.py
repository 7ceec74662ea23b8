"""Take a file of products into the shop: one transaction, everything checked before anything is written.

Invariants: imports go one after the other, so the same file twice at once changes nothing the second time; products are
locked in the order of their ids before they are compared and written; a row that changes nothing is not written, so it
gets no version, no line in the change log and none in the history; a rollback leaves nothing.

The race that shaped the second comparison, under the lock:
    1. the file is compared with the shop, and row 7 is found to change a description;
    2. somebody saves another brand for that product;
    3. the import writes the row; with the brand of step 1 it would undo step 2.
Proved by tests/integration/test_csv_import.py and test_csv_races.py.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db import IntegrityError, OperationalError, connection

from catalog.csv.batches import batches
from catalog.csv.checking import Shelf, checked, same_price, same_product, shelves
from catalog.csv.history import record_changed, record_created
from catalog.csv.planning import Plan, planned
from catalog.csv.product_row import KEY, ProductRow, rows_by_id
from catalog.csv.reading import FileRow
from catalog.csv.report import Report
from catalog.csv.writing import insert_products, lock_products, update_products, upsert_prices
from shop.events.fast_path import announced_changes

# A hundred thousand rows take about a minute; whoever waits longer for another import is told to come back.
LONGEST_WAIT: Final = "90s"
_PREPARE: Final = f"""
    SET LOCAL statement_timeout = '{LONGEST_WAIT}';
    SET LOCAL lock_timeout = '{LONGEST_WAIT}';
    SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_WAIT}';
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT pg_advisory_xact_lock(hashtext('catalog_csv_import'));
"""

# What PostgreSQL answers to a lock that did not come, a deadlock, and a statement that waited too long.
_CONTENTION: Final = frozenset({"55P03", "40P01", "57014"})


class Mode(StrEnum):
    CHECK = "check"
    ALL = "all"
    GOOD_ROWS = "good"


class ImportConflictError(RuntimeError):
    """The shop changed between the check and the write, or another import took too long; nothing was imported."""


def import_products(*, data: bytes, mode: Mode, user_id: int) -> Report:
    """Check the file and, unless only that was asked for, write it: all of it or nothing, or the good rows.

    Raises ImportConflictError. A file that can't be read is told in the report, as are its broken cells.
    """
    if mode is Mode.CHECK:
        return planned(data).report(written=False)
    try:
        with announced_changes():
            with connection.cursor() as cursor:
                cursor.execute(_PREPARE)
            plan = planned(data)
            if plan.unreadable or (plan.broken and mode is Mode.ALL):
                return plan.report(written=False)
            _write(plan, user_id)
            return plan.report(written=True)
    except (IntegrityError, OperationalError) as error:
        if not _is_conflict(error):
            raise
        raise ImportConflictError("Somebody changed the shop at the same moment, or is importing still.") from error


def _write(plan: Plan, user_id: int) -> None:
    categories = shelves()
    for ids in batches(sorted(plan.changed)):
        lock_products(ids)
        pairs = [(old, _again(plan.changed[old.id], old, categories)) for old in rows_by_id(ids)]
        if len(pairs) < len(ids):
            raise ImportConflictError("A product of the file was deleted at the same moment.")
        update_products([new for old, new in pairs if not same_product(old, new)], categories)
        upsert_prices([new for old, new in pairs if not same_price(old, new)])
        record_changed(pairs, user_id=user_id)
    for rows in batches(plan.created):
        made = insert_products([_again(row, None, categories) for row in rows], categories)
        upsert_prices(made)
        record_created(made, user_id=user_id)


def _again(row: FileRow, current: ProductRow | None, categories: Mapping[str, Shelf]) -> ProductRow:
    """What the row makes of the product that is locked now."""
    wanted, problems = checked(row.cells, current=current, categories=categories)
    if problems or (current is not None and current.sku != row.cells[KEY]):
        raise ImportConflictError(f"Somebody changed the product of row {row.number} at the same moment.")
    return wanted


def _is_conflict(error: Exception) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", None) in _CONTENTION
