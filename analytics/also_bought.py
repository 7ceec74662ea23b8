"""What customers of a product bought as well, compared once a day.

Two products belong together when they stand in the same orders more often than how well they are known would explain:

    closeness = orders with both / sqrt(views of one * views of the other)

Without the views, everybody would have bought milk as well. A product that nobody has looked at counts as looked at
once.

Invariants, proved by tests/integration/test_also_bought.py:
1. A batch of products is one statement and one transaction, and only rows that change are written: so only their
   entries are invalidated, and a run over unchanged orders touches nothing.
2. A run that was stopped goes on where it stood. Two at once do the work twice, and write the same; the race: 1. one
   compares a batch; 2. the other compares it as well, goes on, and finishes the run; 3. the first writes how far it is.
   So a step counts only where the run stands where that step began.
3. Memory is flat here, and bounded in PostgreSQL by one batch's pairs: ids alone come back, a batch at a time.

The lines of orders belong to the cart; they are read here, since pairs and views are ranked by one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from analytics.models import AlsoBoughtRun
from shop.events.fast_path import announced_changes

COMPANIONS: Final = 8
PRODUCTS_PER_BATCH: Final = 200
RUNS_KEPT: Final = 30

_LAST: Final = "SELECT coalesce(max(product_id), 0) FROM cart_orderline"
# The next products that were ever bought, hopping through the index from one to the next.
_NEXT: Final = """
    WITH RECURSIVE bought (id) AS (
        (SELECT product_id FROM cart_orderline WHERE product_id > %(after)s ORDER BY product_id LIMIT 1)
        UNION ALL
        SELECT (SELECT product_id FROM cart_orderline WHERE product_id > bought.id ORDER BY product_id LIMIT 1)
        FROM bought WHERE bought.id IS NOT NULL
    )
    SELECT id FROM bought WHERE id IS NOT NULL LIMIT %(limit)s
"""
_COMPARE: Final = f"""
    WITH pairs AS (
        SELECT line.product_id AS id, other.product_id AS other_id, count(*) AS orders
        FROM cart_orderline AS line
        JOIN cart_orderline AS other ON other.order_id = line.order_id AND other.product_id <> line.product_id
        WHERE line.product_id = ANY(%(ids)s) GROUP BY 1, 2
    ),
    ranked AS (
        SELECT pairs.id, other_id, row_number() OVER (
            PARTITION BY pairs.id ORDER BY orders / sqrt(greatest(views.total, 1)) DESC, other_id
        ) AS place
        FROM pairs LEFT JOIN analytics_productviews AS views ON views.product_id = other_id
    ),
    wanted AS (
        SELECT id, array_agg(other_id ORDER BY place) AS ids FROM ranked WHERE place <= {COMPANIONS} GROUP BY id
    )
    INSERT INTO analytics_alsobought AS kept (product_id, product_ids, run, version)
    SELECT id, ids, %(run)s, 0 FROM wanted ORDER BY id
    ON CONFLICT (product_id) DO UPDATE SET product_ids = excluded.product_ids, run = excluded.run
    WHERE kept.product_ids <> excluded.product_ids
"""  # noqa: S608  the part put in is a constant
# Between the batch before and the end of this one: products that are in no order any more, or alone in each.
_FORGET: Final = """
    DELETE FROM analytics_alsobought AS kept
    WHERE product_id > %(after)s AND product_id <= %(end)s AND NOT EXISTS (
        SELECT FROM cart_orderline AS line JOIN cart_orderline AS other USING (order_id)
        WHERE line.product_id = kept.product_id AND other.product_id <> kept.product_id
    )
"""
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one run did: how many products it compared, and how many of those got other companions."""

    products: int
    changed: int


def recompute_also_bought(*, progress: Callable[[int, int], None] = lambda done, last: None) -> Compared:
    """Compare all that was ever bought; `progress` is told after each batch up to which product, and which is the last.

    Call it outside of a transaction, so that each batch is one, and staff see how far it is.
    """
    run = _continued() or AlsoBoughtRun.objects.create()
    run.last = _rows(_LAST)[0][0]
    while run.finished_at is None:
        ids = [product_id for (product_id,) in _rows(_NEXT, after=run.done, limit=PRODUCTS_PER_BATCH)]
        changed = _compare(run, ids)
        is_last = len(ids) < PRODUCTS_PER_BATCH
        AlsoBoughtRun.objects.filter(pk=run.pk, finished_at=None, done=run.done).update(
            done=ids[-1] if ids else run.done,
            last=run.last,
            products=F("products") + len(ids),
            changed=F("changed") + changed,
            moved_at=Now(),
            finished_at=Now() if is_last else None,
        )
        run.refresh_from_db()
        progress(run.done, run.last)
    AlsoBoughtRun.objects.filter(pk__lte=run.pk - RUNS_KEPT).delete()
    return Compared(products=run.products, changed=run.changed)


def _continued() -> AlsoBoughtRun | None:
    """The newest run, if it was stopped before its end."""
    newest = AlsoBoughtRun.objects.order_by("-pk").first()
    return newest if newest is not None and newest.finished_at is None else None


def _compare(run: AlsoBoughtRun, ids: list[int]) -> int:
    """One batch; how many rows changed."""
    end = ids[-1] if len(ids) == PRODUCTS_PER_BATCH else LARGEST_ID
    with announced_changes(), connection.cursor() as cursor:
        # A batch may hold what stands in half of all orders.
        cursor.execute("SET LOCAL statement_timeout = '120s'")
        cursor.execute(_COMPARE, {"ids": ids, "run": run.pk})
        changed = int(cursor.rowcount)
        cursor.execute(_FORGET, {"after": run.done, "end": end})
        return changed + int(cursor.rowcount)


def _rows(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
