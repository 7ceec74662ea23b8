"""How a page of rows is read, so that no choice of filters makes the database read the whole shop.

A list can be read in two ways. Walk its order in an index and keep what fits: quick while much fits, and without end
when nothing does. Or collect what fits through the indexes of the filters, and sort it: quick while little fits. Which
one is right depends on how many products fit and where in the order they stand. The planner can only guess at that: it
takes filters to be independent, and brands, categories and prices are anything but. So the statement finds out:

    1. collect at most 10,001 products that fit; if that was all of them, sort these (`found`)
    2. else walk 10,000 products of the order; if enough of them fit, that is the page (`walked`)
    3. else collect all that fit, and sort them: many, but no more than fit (`rest`)

A step that is not needed does not run. Proved by tests/integration/test_scale.py.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import Product
from catalog.search.cursor import Position, SortKey
from catalog.search.sort import Sort

# As far as anything here is counted or collected, and as far as an order is walked in vain.
COUNTED: Final = 10_000
WALKED: Final = 10_000

Row = tuple[int, SortKey]

_RANKED: Final = """
    WITH found (id, key) AS MATERIALIZED ({candidates} LIMIT {counted})
    SELECT id, key FROM found WHERE {after} ORDER BY key DESC, id DESC LIMIT {limit}
"""
_IN_ORDER: Final = """
    WITH found (id, key) AS MATERIALIZED ({candidates} LIMIT {counted} + 1),
    few AS MATERIALIZED (SELECT count(*) <= {counted} AS yes FROM found),
    walked AS MATERIALIZED (
        SELECT step.id, step.key FROM ({steps}) AS step (id, key) CROSS JOIN LATERAL ({fits} OFFSET 0) AS fits
        WHERE NOT (SELECT yes FROM few) ORDER BY step.key {direction}, step.id {direction} LIMIT {limit}
    ),
    enough AS MATERIALIZED (SELECT count(*) = {limit} AS yes FROM walked)
    SELECT id, key FROM (
        SELECT * FROM found WHERE (SELECT yes FROM few)
        UNION ALL
        SELECT * FROM walked WHERE (SELECT yes FROM enough)
        UNION ALL
        SELECT * FROM ({candidates} OFFSET 0) AS rest (id, key)
        WHERE NOT (SELECT yes FROM few) AND NOT (SELECT yes FROM enough)
    ) AS fitting
    WHERE {after} ORDER BY key {direction}, id {direction} LIMIT {limit}
"""


def walk(products: QuerySet[Product], *, sort: Sort, after: Position | None) -> "QuerySet[Product, Row]":
    """Ids and sort keys in order, to be sliced. An index has them in this order already."""
    order = [F(sort.key).desc(), F("id").desc()] if sort.descending else [F(sort.key).asc(), F("id").asc()]
    if after is not None:
        products = products.filter(_behind(after, sort=sort))
    return products.order_by(*order).values_list("id", sort.key)


def merged_rows(
    products: QuerySet[Product], category_ids: Iterable[int], *, sort: Sort, after: Position | None, limit: int
) -> list[Row]:
    """The first `limit` rows of several categories, from the first few of each: an index has each in this order."""
    first, *others = [walk(products.filter(category_id=one), sort=sort, after=after)[:limit] for one in category_ids]
    if not others:
        return list(first)
    down = "-" if sort.descending else ""
    return list(first.union(*others, all=True).order_by(f"{down}{sort.key}", f"{down}id")[:limit])


def ranked_rows(products: QuerySet[Product], *, after: Position | None, limit: int) -> list[Row]:
    """The first `limit` ids and ranks behind `after`, among the first 10,000 products found; `products` have a rank."""
    values: dict[str, Any] = {}
    try:
        candidates = _compiled(products.values_list("id", Sort.RELEVANCE.key), "candidate", values)
    except EmptyResultSet:
        return []  # Django saw from the filters alone that nothing fits
    behind = _beyond(after, sort=Sort.RELEVANCE, values=values)
    return _rows(_RANKED.format(candidates=candidates, after=behind, counted=COUNTED, limit=limit), values)


def ordered_rows(
    products: QuerySet[Product], *, sort: Sort, after: Position | None, limit: int, collected: int | None = None
) -> list[Row]:
    """The first `limit` ids and sort keys behind `after`, by the three steps above; `collected` bounds the first."""
    values: dict[str, Any] = {}
    everything = Product.objects.filter(is_published=True, price__isnull=False)
    try:
        statement = _IN_ORDER.format(
            candidates=_compiled(products.values_list("id", sort.key), "candidate", values),
            fits=_compiled(products.filter(pk=RawSQL("step.id", ())).values_list("id"), "fit", values),
            steps=_compiled(walk(everything, sort=sort, after=after)[:WALKED], "step", values),
            after=_beyond(after, sort=sort, values=values),
            direction="DESC" if sort.descending else "ASC",
            counted=COUNTED if collected is None else collected,
            limit=limit,
        )
    except EmptyResultSet:
        return []
    return _rows(statement, values)


def _rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _beyond(after: Position | None, *, sort: Sort, values: dict[str, Any]) -> str:
    """The rows behind a position, as a condition on the columns `key` and `id`."""
    if after is None:
        return "true"
    values |= {"after_key": after.key, "after_id": after.id}
    return f"(key, id) {'<' if sort.descending else '>'} (%(after_key)s, %(after_id)s)"


def _compiled(query: "QuerySet[Product, Any]", name: str, values: dict[str, Any]) -> str:
    """The query as SQL whose parameters have names, since a statement needs some of them twice."""
    sql, parameters = query.query.sql_with_params()
    names = [f"{name}_{number}" for number in range(len(parameters))]
    values.update(zip(names, parameters, strict=True))
    return sql % tuple(f"%({one})s" for one in names)


def _behind(position: Position, *, sort: Sort) -> Q:
    """Rows behind `position`. The first condition says nothing new, but gives the index its range to begin at."""
    beyond = "lt" if sort.descending else "gt"
    return Q(**{f"{sort.key}__{beyond}e": position.key}) & (
        Q(**{f"{sort.key}__{beyond}": position.key}) | Q(**{f"id__{beyond}": position.id})
    )
