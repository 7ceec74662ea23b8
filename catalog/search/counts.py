"""Facet counts: how many products each choice would leave, all of a page's facets in one statement.

A facet counts what fits everything but its own choice: who has chosen one brand still sees what the others would bring.
So there is one group of products for all the criteria, and one more for each facet in which something is chosen. Each
group is read as far as 10,000 products and no further; beyond that its counts are "at least".
Proved by tests/integration/test_facets_walk.py against counting in plain Python.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from catalog.search.bounded import COUNTED
from catalog.search.criteria import Criteria
from catalog.search.filters import visible

# Prices fall into these ranges: below the first, from each to the next, and from the last up.
PRICE_STEPS: Final = (2, 5, 10, 20)

_GROUP: Final = "{name} (category_id, brand, terms, amount) AS MATERIALIZED ({products} LIMIT {most})"
_NO_ROWS: Final = "SELECT 0::bigint, ''::text, '{}'::bigint[], 0::numeric WHERE false"
_COUNTS: Final = {
    "all": "SELECT {number}, 'all', '', count(*) FROM {name}",
    "category": "SELECT {number}, 'category', category_id::text, count(*) FROM {name} GROUP BY category_id",
    "brand": "SELECT {number}, 'brand', brand, count(*) FROM {name} GROUP BY brand",
    "price": "SELECT {number}, 'price', width_bucket(amount, %s::numeric[])::text, count(*) FROM {name} GROUP BY 3",
    "attribute": """
        SELECT {number}, 'attribute', wanted.text, counted.number
        FROM (SELECT unnest(terms) AS term, count(*) AS number FROM {name} GROUP BY 1) AS counted
        JOIN (SELECT text, hashtextextended(text, 0) AS term FROM unnest(%s::text[]) AS text) AS wanted USING (term)
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The products that fit `criteria`, counted by the named `counts`; of attributes, the `terms` are counted."""

    criteria: Criteria
    counts: Sequence[str]
    terms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """`number` of products, exact up to 10,000; `by` facet, the number for each value that has any."""

    number: int = 0
    by: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def is_exact(self) -> bool:
        return self.number < COUNTED


def count_groups(groups: Sequence[Group]) -> list[GroupCounts]:
    """The counts of each group, by one statement. Categories are keyed by their ids, prices by `PRICE_STEPS`' index."""
    names, products, counts = [], [], []
    values: list[Any] = []
    count_values: list[Any] = []
    for number, group in enumerate(groups):
        name = f"group_{number}"
        statement, parameters = _products_of(group.criteria)
        products.append(_GROUP.format(name=name, products=statement, most=COUNTED))
        values += parameters
        names.append(name)
        for count in ("all", *group.counts):
            counts.append(_COUNTS[count].format(name=name, number=number))
            count_values += _values_of(count, group)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(products)} {' UNION ALL '.join(counts)}", [*values, *count_values])
        return _sorted_out(cursor.fetchall(), groups=len(groups))


def _products_of(criteria: Criteria) -> tuple[str, Sequence[Any]]:
    products = visible(criteria).order_by().values_list("category_id", "brand", "terms", "price__amount")
    try:
        return products.query.sql_with_params()
    except EmptyResultSet:
        return _NO_ROWS, ()


def _values_of(count: str, group: Group) -> list[Any]:
    match count:
        case "price":
            return [[Decimal(step) for step in PRICE_STEPS]]
        case "attribute":
            return [list(group.terms)]
        case _:
            return []


def _sorted_out(rows: Sequence[tuple[int, str, str, int]], *, groups: int) -> list[GroupCounts]:
    numbers = {group: products for group, count, _, products in rows if count == "all"}
    found = [GroupCounts(numbers[group]) for group in range(groups)]
    for group, count, value, products in rows:
        if count != "all":
            found[group].by.setdefault(count, {})[value] = products
    return found
