"""How a page of rows is read, so that no choice of filters makes the database read the whole shop.

A list can be read in two ways. Walk its order in an index and keep what fits: quick while much fits, and without end
when nothing does. Or collect what fits through the indexes of the filters, and sort it: quick while little fits. Which
one is right depends on how many products fit and where in the order they stand. The planner can only guess at that: it
takes filters to be independent, and brands, categories and prices are anything but. So the statement finds out:

    1. collect at most 10,001 products that fit; if that was all of them, sort these (`found`)
    2. else walk 10,000 products of the order; if enough of them fit, that is the page (`walked`)
    3. else collect all that fit, and sort them: many, but no more than fit (`rest`)

A step that is not needed does not run. Proved by tests/integration/test_catalog_walks.py, step by step, and at a
million products by test_scale.py.
"""

from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from catalog.models import Product
from catalog.search.criteria import Criteria
from catalog.search.cursor import LARGEST_ID, Position, SortKey
from catalog.search.filters import goods, priced
from catalog.search.fitting import compiled, fitting
from catalog.search.sort import Sort

# As far as anything here is counted or collected, and as far as an order is walked in vain.
COUNTED: Final = 10_000
WALKED: Final = 10_000

Row = tuple[int, SortKey]

_RANKED: Final = """
    WITH {fit}, found AS MATERIALIZED ({rows} LIMIT {counted})
    SELECT id, key FROM found WHERE {after} ORDER BY key DESC, id DESC LIMIT {limit}
"""
_IN_ORDER: Final = """
    WITH {fit}, found AS MATERIALIZED ({rows} LIMIT {counted} + 1),
    few AS MATERIALIZED (SELECT count(*) <= {counted} AS yes FROM found),
    steps (id, key) AS MATERIALIZED ({steps}),
    walked AS MATERIALIZED (
        SELECT step.id, step.key FROM steps AS step CROSS JOIN LATERAL ({fits} OFFSET 0) AS fits
        WHERE NOT (SELECT yes FROM few) ORDER BY step.key {direction}, step.id {direction} LIMIT {limit}
    ),
    enough AS MATERIALIZED (
        SELECT CASE WHEN (SELECT yes FROM few) THEN false WHEN (SELECT count(*) FROM walked) = {limit} THEN true
            ELSE (SELECT count(*) FROM steps) < {walked} END AS yes
    )
    SELECT id, key FROM (
        SELECT * FROM found WHERE (SELECT yes FROM few)
        UNION ALL
        SELECT * FROM walked WHERE (SELECT yes FROM enough)
        UNION ALL
        SELECT * FROM ({rows}) AS rest WHERE NOT (SELECT yes FROM few) AND NOT (SELECT yes FROM enough)
    ) AS fitting
    WHERE {after} ORDER BY key {direction}, id {direction} LIMIT {limit}
"""
# What a list is sorted by and no column of a product holds, by sort key, for the products of `fit`.
_KEPT_ELSEWHERE: Final = {
    "price__current_amount": "amount",
    "popularity__score": "(SELECT score FROM catalog_popularity AS popularity WHERE popularity.product_id = fit.id)",
}
# All products, published or not, with a price or without: what is walked is asked whether it fits in any case.
_BY_VIEWS: Final = """
    SELECT id, key FROM (SELECT product_id AS id, score AS key FROM catalog_popularity) AS popularity
    WHERE {after} ORDER BY key DESC, id DESC LIMIT {walked}
"""
_MERGED: Final = """
    SELECT row.id, row.key
    FROM unnest(%(category_ids)s::bigint[]) AS one (category_id) CROSS JOIN LATERAL ({walked}) AS row (id, key)
    ORDER BY row.key {direction}, row.id {direction} LIMIT {limit}
"""


def walk(products: QuerySet[Product], *, sort: Sort, after: Position | None) -> "QuerySet[Product, Row]":
    """Ids and sort keys in order, to be sliced. An index has them in this order already."""
    order = [F(sort.key).desc(), F("id").desc()] if sort.descending else [F(sort.key).asc(), F("id").asc()]
    if sort is Sort.POPULAR:
        products = products.filter(popularity__isnull=False)
    if after is not None:
        products = products.filter(_behind(after, sort=sort))
    return products.order_by(*order).values_list("id", sort.key)


def merged_rows(category_ids: Collection[int], *, sort: Sort, after: Position | None, limit: int) -> list[Row]:
    """The first `limit` rows of several categories, from the first few of each: an index has each in this order."""
    values: dict[str, Any] = {"category_ids": [one for one in category_ids if 0 < one <= LARGEST_ID]}
    within = Product.objects.filter(priced(Criteria()), is_published=True, category_id=RawSQL("one.category_id", ()))
    walked = compiled(walk(within, sort=sort, after=after)[:limit], "walk", values)
    return _rows(_MERGED.format(walked=walked, direction=_direction(sort), limit=limit), values)


def ranked_rows(products: QuerySet[Product], criteria: Criteria, *, after: Position | None, limit: int) -> list[Row]:
    """The first `limit` ids and ranks behind `after`, among the first 10,000 products found; `products` have a rank.

    Which 10,000 those are is the database's choice, and may change between pages when more fit.
    """
    values: dict[str, Any] = {}
    try:
        fit = fitting(products, criteria, name="fit", columns=("rank",), chosen="id, rank AS key", values=values)
    except EmptyResultSet:
        return []  # Django saw from the filters alone that nothing fits
    behind = _beyond(after, sort=Sort.RELEVANCE, values=values)
    statement = _RANKED.format(fit=fit.cte, rows=fit.rows, after=behind, counted=COUNTED, limit=limit)
    return _rows(statement, values)


def ordered_rows(
    criteria: Criteria, *, sort: Sort, after: Position | None, limit: int, collected: int | None = None
) -> list[Row]:
    """The first `limit` ids and sort keys behind `after`, by the three steps above; `collected` bounds the first."""
    values: dict[str, Any] = {}
    products = goods(criteria)
    fits = products.filter(priced(criteria), pk=RawSQL("step.id", ()))
    try:
        fit = fitting(
            products,
            criteria,
            name="fit",
            columns=("category_id",) if sort.key in _KEPT_ELSEWHERE else (sort.key,),
            chosen=f"id, {_KEPT_ELSEWHERE.get(sort.key, sort.key)} AS key",
            values=values,
        )
        behind = _beyond(after, sort=sort, values=values)
        statement = _IN_ORDER.format(
            fit=fit.cte,
            rows=fit.rows,
            fits=compiled(fits.values_list("id"), "fits", values),
            steps=_BY_VIEWS.format(after=behind, walked=WALKED)
            if sort is Sort.POPULAR
            else compiled(walk(_steps(criteria, sort=sort), sort=sort, after=after)[:WALKED], "step", values),
            after=behind,
            direction=_direction(sort),
            counted=COUNTED if collected is None else collected,
            walked=WALKED,
            limit=limit,
        )
    except EmptyResultSet:
        return []
    return _rows(statement, values)


def _steps(criteria: Criteria, *, sort: Sort) -> QuerySet[Product]:
    """What is walked: the whole shop, or that part of it which an index has in this order."""
    if sort.key == "price__current_amount":
        return Product.objects.filter(priced(criteria.only_prices()), is_published=True)
    within = Q(category_id=next(iter(criteria.category_ids))) if len(criteria.category_ids) == 1 else Q()
    return Product.objects.filter(within, priced(Criteria()), is_published=True)


def _rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _direction(sort: Sort) -> str:
    return "DESC" if sort.descending else "ASC"


def _beyond(after: Position | None, *, sort: Sort, values: dict[str, Any]) -> str:
    """The rows behind a position, as a condition on the columns `key` and `id`."""
    if after is None:
        return "true"
    values |= {"after_key": after.key, "after_id": after.id}
    return f"(key, id) {'<' if sort.descending else '>'} (%(after_key)s, %(after_id)s)"


def _behind(position: Position, *, sort: Sort) -> Func:
    """Rows behind `position`, as one comparison of rows: the index begins right there, however many share a key."""
    here = Func(F(sort.key), F(sort.tie), function="ROW")
    there = Func(Value(position.key), Value(position.id), function="ROW")
    sign = " < " if sort.descending else " > "
    return Func(here, there, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())
