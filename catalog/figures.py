"""The day's figures of the shop, for its staff.

Invariant: every figure is one statement that an index bounds, so the page costs the same in a shop of a thousand
products and of a million. Where counting ended before it was through, the figure says so.
Proved by tests/integration/test_dashboard.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from catalog.moderation import count_waiting

COUNTED: Final = 10_000
DAYS: Final = 14
RATINGS: Final = range(1, 6)

# Beyond what is counted, the estimate of the last ANALYZE, which is never below what was counted.
_PRODUCTS: Final = """
    SELECT (SELECT count(*) FROM (SELECT FROM catalog_product LIMIT %(counted)s + 1) AS first),
           (SELECT reltuples::bigint FROM pg_class WHERE oid = 'catalog_product'::regclass)
"""
_WITHDRAWN: Final = """
    SELECT count(*) FILTER (WHERE NOT is_published)
    FROM (SELECT is_published FROM catalog_product ORDER BY id DESC LIMIT %(counted)s) AS newest
"""
_ON_SALE: Final = """
    SELECT count(*)
    FROM (SELECT FROM catalog_price WHERE current_amount < regular_amount LIMIT %(counted)s + 1) AS some_prices
"""
_REVIEWS: Final = """
    SELECT (created_at AT TIME ZONE 'UTC')::date, rating, count(*)
    FROM (
        SELECT created_at, rating FROM catalog_review
        WHERE created_at >= %(since)s ORDER BY created_at DESC LIMIT %(counted)s
    ) AS newest
    GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`is_exact` is False where the number is an estimate, or where counting ended at it."""

    number: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """Of the last DAYS days, of at most COUNTED reviews (then not `all_counted`)."""

    by_day: dict[date, int]
    by_rating: dict[int, int]
    today: int
    average_today: Decimal | None
    all_counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFigures:
    """`withdrawn` is of the newest COUNTED products: a number, since any share of a million rounds to all or none."""

    products: Figure
    withdrawn: int
    on_sale: Figure
    waiting: int
    reviews: Reviews


def shop_figures(*, now: datetime) -> ShopFigures:
    """Five statements; `now` is in UTC and says which day is today."""
    return ShopFigures(
        products=_products(),
        withdrawn=_row(_WITHDRAWN)[0],
        on_sale=_bounded(_row(_ON_SALE)[0]),
        waiting=count_waiting(),
        reviews=_reviews(now.date()),
    )


def _products() -> Figure:
    counted, estimate = _row(_PRODUCTS)
    return Figure(number=counted) if counted <= COUNTED else Figure(number=max(estimate, COUNTED), is_exact=False)


def _bounded(counted: int) -> Figure:
    return Figure(number=min(counted, COUNTED), is_exact=counted <= COUNTED)


def _reviews(today: date) -> Reviews:
    first = today - timedelta(days=DAYS - 1)
    by_day = {first + timedelta(days=number): 0 for number in range(DAYS)}
    by_rating = dict.fromkeys(RATINGS, 0)
    stars_today = 0
    for day, rating, count in _rows(_REVIEWS, since=first):
        by_day[day] = by_day.get(day, 0) + count
        by_rating[rating] += count
        stars_today += rating * count if day == today else 0
    return Reviews(
        by_day=by_day,
        by_rating=by_rating,
        today=by_day[today],
        average_today=round(Decimal(stars_today) / by_day[today], 1) if by_day[today] else None,
        all_counted=sum(by_rating.values()) < COUNTED,
    )


def _row(statement: str) -> tuple[Any, ...]:
    return _rows(statement)[0]


def _rows(statement: str, **parameters: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"counted": COUNTED, **parameters})
        return list(cursor.fetchall())
