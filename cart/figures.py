"""Orders in numbers, for staff: how many came in, what they come to, and what waits.

Invariant: each figure is one statement that an index bounds, however many orders there are. Where counting ended before
it was through, the figure says so. Proved by tests/integration/test_dashboard_orders.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from catalog.figures import COUNTED, DAYS, Figure

_BY_DAY: Final = """
    SELECT (placed_at AT TIME ZONE 'UTC')::date, currency, count(*), sum(total)
    FROM (
        SELECT placed_at, currency, total FROM cart_order
        WHERE placed_at >= %(since)s ORDER BY placed_at DESC LIMIT %(counted)s
    ) AS newest
    GROUP BY 1, 2
"""
_TO_PACK: Final = """
    SELECT count(*) FROM (SELECT FROM cart_order WHERE status = 'placed' LIMIT %(counted)s + 1) AS some_orders
"""
# Few payments are open at any moment; those of the index that are in doubt, at most so many.
_IN_DOUBT: Final = """
    SELECT count(*)
    FROM (
        SELECT FROM cart_checkout WHERE state IN ('paying', 'refunding') AND in_doubt LIMIT %(counted)s + 1
    ) AS open_payments
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFigures:
    """`by_day` are the last DAYS days, of the newest COUNTED orders (then not `all_counted`); `sums_today` is what
    today's come to, by currency. Orders that were refunded since are among them. `to_pack` are placed, and wait."""

    by_day: Mapping[date, int]
    today: Figure
    sums_today: Mapping[str, Decimal]
    to_pack: Figure
    all_counted: bool


def order_figures(*, now: datetime) -> OrderFigures:
    """Two statements; `now` is in UTC and says which day is today."""
    today = now.date()
    first = today - timedelta(days=DAYS - 1)
    by_day = {first + timedelta(days=number): 0 for number in range(DAYS)}
    sums_today: dict[str, Decimal] = {}
    for day, currency, count, total in _rows(_BY_DAY, since=first):
        by_day[day] = by_day.get(day, 0) + count
        if day == today:
            sums_today[currency] = total
    all_counted = sum(by_day.values()) < COUNTED
    return OrderFigures(
        by_day=by_day,
        today=Figure(number=by_day[today], is_exact=by_day[today] < COUNTED),
        sums_today=dict(sorted(sums_today.items())),
        to_pack=_bounded(_TO_PACK),
        all_counted=all_counted,
    )


def payments_in_doubt() -> Figure:
    """Those that the bank has not answered yet, and that are not settled. One statement."""
    return _bounded(_IN_DOUBT)


def _bounded(statement: str) -> Figure:
    ((counted,),) = _rows(statement)
    return Figure(number=min(counted, COUNTED), is_exact=counted <= COUNTED)


def _rows(statement: str, **parameters: date) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"counted": COUNTED, **parameters})
        yield from cursor.fetchall()
