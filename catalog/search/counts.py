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

from catalog.search import bounded
from catalog.search.criteria import Criteria
from catalog.search.filters import goods
from catalog.search.fitting import fitting

# Prices fall into these ranges: below the first, from each to the next, and from the last up.
PRICE_STEPS: Final = (2, 5, 10, 20)

_GROUP: Final = "{fit}, {name} (category_id, brand, terms, amount) AS MATERIALIZED ({rows} LIMIT {most})"
_NO_ROWS: Final = "SELECT 0::bigint, ''::text, '{}'::bigint[], 0::numeric WHERE false"
_COLUMNS: Final = ("category_id", "brand", "terms")
_COUNTS: Final = {
    "all": "SELECT {number}, 'all', '', count(*) FROM {name}",
    "category": "SELECT {number}, 'category', category_id::text, count(*) FROM {name} GROUP BY category_id",
    "brand": "SELECT {number}, 'brand', brand, count(*) FROM {name} GROUP BY brand",
    "price": """
        SELECT {number}, 'price', width_bucket(amount, %(price_steps)s::numeric[])::text, count(*)
        FROM {name} GROUP BY 3
    """,
    "attribute": """
        SELECT {number}, 'attribute', wanted.text, counted.number
        FROM (SELECT unnest(terms) AS term, count(*) AS number FROM {name} GROUP BY 1) AS counted
        JOIN (
            SELECT text, hashtextextended(text, 0) AS term FROM unnest(%({name}_terms)s::text[]) AS text
        ) AS wanted USING (term)
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

    is_exact: bool = True


def count_groups(groups: Sequence[Group]) -> list[GroupCounts]:
    """The counts of each group, by one statement. Categories are keyed by their ids, prices by `PRICE_STEPS`' index."""
    products, counts = [], []
    values: dict[str, Any] = {"price_steps": [Decimal(step) for step in PRICE_STEPS]}
    for number, group in enumerate(groups):
        name = f"group_{number}"
        values[f"{name}_terms"] = list(group.terms)
        products.append(_products_of(group.criteria, name=name, values=values))
        counts += [_COUNTS[count].format(name=name, number=number) for count in ("all", *group.counts)]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(products)} {' UNION ALL '.join(counts)}", values)
        return _sorted_out(cursor.fetchall(), groups=len(groups))


def _products_of(criteria: Criteria, *, name: str, values: dict[str, Any]) -> str:
    """The CTEs of one group. One product more than is counted is read, to know whether there are more."""
    chosen = ", ".join((*_COLUMNS, "amount"))
    try:
        fit = fitting(goods(criteria), criteria, name=f"{name}_fit", columns=_COLUMNS, chosen=chosen, values=values)
    except EmptyResultSet:
        return f"{name} (category_id, brand, terms, amount) AS ({_NO_ROWS})"
    return _GROUP.format(fit=fit.cte, rows=fit.rows, name=name, most=bounded.COUNTED + 1)


def _sorted_out(rows: Sequence[tuple[int, str, str, int]], *, groups: int) -> list[GroupCounts]:
    numbers = {group: products for group, count, _, products in rows if count == "all"}
    found = [
        GroupCounts(min(numbers[group], bounded.COUNTED), is_exact=numbers[group] <= bounded.COUNTED)
        for group in range(groups)
    ]
    for group, count, value, products in rows:
        if count != "all":
            found[group].by.setdefault(count, {})[value] = products
    return found
