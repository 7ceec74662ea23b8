"""The products that fit some criteria, as SQL that is read no further than somebody asks for rows.

    WITH {ctes} {rows} LIMIT 10001

A LIMIT makes the planner hope for an early end: it then reads the whole shop in some order, and where filters exclude
each other ("organic" goods that are not organic) the end never comes. So what fits is a CTE of its own: PostgreSQL
plans that for all of its rows, through the indexes of the filters, and still makes only those that are taken from it.
The price of each is looked up after that; where prices are bounded, their index is one of the filters'.
Proved by tests/integration/test_scale.py.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from catalog.models import Product
from catalog.search.criteria import Criteria
from catalog.search.filters import priced

_BOUND = "{name} (id, {columns}, amount) AS {kept} ({products})"
_FREE = "{name} (id, {columns}) AS MATERIALIZED ({products})"
_PRICED = """
    SELECT {chosen} FROM {name} CROSS JOIN LATERAL (
        SELECT price.current_amount AS amount FROM catalog_price AS price WHERE price.product_id = {name}.id OFFSET 0
    ) AS price
"""


@dataclass(frozen=True, slots=True)
class Fitting:
    """`cte` belongs behind a WITH; `rows` is a SELECT of the chosen columns, one row a product, in no order."""

    cte: str
    rows: str


def fitting(
    products: QuerySet[Product],
    criteria: Criteria,
    *,
    name: str,
    columns: tuple[str, ...],
    chosen: str,
    values: dict[str, Any],
) -> Fitting:
    """The `products` that have a price within the criteria's bounds.

    `columns` are those of a product that are wanted beside its id; `chosen` is what `rows` selects of id, columns and
    amount. Parameters go into `values`. Raises EmptyResultSet where Django sees that nothing can fit.
    """
    named = ", ".join(columns)
    if criteria.bounds_prices:
        within = products.filter(priced(criteria)).values_list("id", *columns, "price__current_amount")
        # Where prices are all that is asked, any row of their index fits: there the hope for an early end is right.
        kept = "NOT MATERIALIZED" if criteria == criteria.only_prices() else "MATERIALIZED"
        cte = _BOUND.format(name=name, columns=named, kept=kept, products=compiled(within, name, values))
        return Fitting(cte, f"SELECT {chosen} FROM {name}")  # noqa: S608  names of our own
    cte = _FREE.format(name=name, columns=named, products=compiled(products.values_list("id", *columns), name, values))
    return Fitting(cte, _PRICED.format(name=name, chosen=chosen))


def compiled(query: "QuerySet[Product, Any]", name: str, values: dict[str, Any]) -> str:
    """The query as SQL whose parameters have names, so that a statement can be put together of several."""
    sql, parameters = query.query.sql_with_params()
    names = [f"{name}_{number}" for number in range(len(parameters))]
    values.update(zip(names, parameters, strict=True))
    return sql.replace("%%", "%%%%") % tuple(f"%({one})s" for one in names)
