"""The price that a row of a file asks for: whole, and possible."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from catalog.csv.product_row import PRICE_COLUMNS, ProductRow

USUAL_CURRENCY: Final = "EUR"


class Problem(NamedTuple):
    column: str
    problem: str


def priced(
    wanted: ProductRow, *, current: ProductRow | None, given: Mapping[str, Any], unknown: Collection[str]
) -> tuple[ProductRow, list[Problem]]:
    """The row with its price made whole: an empty amount is the regular one, and a sale's end goes with the sale.

    Nothing is judged by the columns that are `unknown`.
    """
    touched = [column for column in PRICE_COLUMNS if column in given]
    if not touched or "regular_amount" in unknown:
        return wanted, []
    regular = wanted.regular_amount
    if regular is None:
        return wanted, _without_price(current, [column for column in touched if given[column] is not None])
    if "amount" in unknown:
        return wanted, []
    amount = regular if wanted.amount is None else wanted.amount
    wanted = wanted._replace(amount=amount, currency=wanted.currency or USUAL_CURRENCY)
    if amount > regular:
        problem = f"The price to pay, {amount}, is above the regular price, {regular}."
        return wanted, [Problem("amount" if "amount" in given else "regular_amount", problem)]
    if "sale_ends_at" not in given and amount == regular and not _same_amounts(wanted, current):
        wanted = wanted._replace(sale_ends_at=None)
    return wanted, []


def _without_price(current: ProductRow | None, touched: list[str]) -> list[Problem]:
    if current is not None and current.regular_amount is not None:
        return [Problem("regular_amount", "A price can't be taken away; withdraw the product instead.")]
    return [Problem(column, "This product has no price yet: give it a regular_amount.") for column in touched]


def _same_amounts(wanted: ProductRow, current: ProductRow | None) -> bool:
    return current is not None and (wanted.amount, wanted.regular_amount) == (current.amount, current.regular_amount)
