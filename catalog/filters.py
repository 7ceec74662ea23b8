"""The filters of a product list as they stand in a query string, the same for API and pages.

Empty values are what forms send for fields that nobody filled in: they filter nothing.
"""

import re
from collections import defaultdict
from decimal import Decimal
from typing import Annotated, Any, Final

from django.http import QueryDict
from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from catalog.lists import PAGE_SIZE, ProductList, list_products
from catalog.search import Criteria, Sort, spelled

LARGEST_AMOUNT: Final = 99_999_999
LIST_FIELDS: Final = ("brand", "attribute")
# With three digits after it, a comma may as well group thousands.
DECIMAL_COMMA: Final = re.compile(r"\s*([0-9]+),([0-9]{1,2})\s*")
# What a page says of a field that is wrong, by the field's label on the page.
PROBLEMS: Final = {
    "search": "Search: give at most 200 characters.",
    "category": "Category: choose one of the shop's shelves.",
    "brand": "Brand: choose at most 20 of those in the list.",
    "attribute": "Properties: choose at most 20 of those in the list.",
    "price_min": "From: give an amount such as 2.50.",
    "price_max": "To: give an amount such as 2.50.",
    "price": "Price: choose one of the ranges in the list.",
    "sort": "Sort by: choose one of the orders in the list.",
}
CROSSED_PRICES: Final = "From is more than To: no price lies between the two."


def _amount(value: Any) -> Any:
    """None for an empty field; 2,50 is 2.50 to much of Europe."""
    if isinstance(value, str) and (typed := DECIMAL_COMMA.fullmatch(value)):
        return ".".join(typed.groups())
    return None if value == "" else value


def _without_empty(value: Any) -> Any:
    return [one for one in value if one != ""] if isinstance(value, list) else value


Price = Annotated[Decimal, Field(ge=0, le=LARGEST_AMOUNT, decimal_places=2)]
PriceBound = Annotated[Price | None, BeforeValidator(_amount)]
Brand = Annotated[str, StringConstraints(max_length=60)]
PriceRange = Annotated[str, StringConstraints(max_length=17, pattern=r"^([0-9]{1,8}-([0-9]{1,8})?)?$")]
AttributePair = Annotated[str, StringConstraints(max_length=240, pattern=r"^[a-z][a-z0-9_]{0,39}:.+$")]


class ProductFilters(Schema):
    search: str = Field("", max_length=200, description="Words in name, brand or description; typos are forgiven.")
    category: str = Field("", max_length=80, description="A category's slug; everything below it is included.")
    brand: Annotated[list[Brand], BeforeValidator(_without_empty)] = Field(
        [], max_length=20, description="May be repeated: any of these."
    )
    attribute: Annotated[list[AttributePair], BeforeValidator(_without_empty)] = Field(
        [],
        max_length=20,
        description="`key:value`. May be repeated: any of the values of one key, and all of the keys.",
        examples=[["organic:true"]],
    )
    price_min: PriceBound = Field(None, description="Lowest price, inclusive.")
    price_max: PriceBound = Field(None, description="Highest price, inclusive.")
    price: PriceRange = Field(
        "", description="From the first amount up to below the second: `2-5`, or `20-` without an end."
    )
    sort: Sort = Field(Sort.RELEVANCE, description="Without `search`, relevance is newest first.")
    cursor: str = Field("", description="`next_cursor` of the page before, with the same filters.")
    limit: int = Field(PAGE_SIZE, ge=1, le=100, description="Products on a page.")


def criteria_of(filters: ProductFilters) -> Criteria:
    """What the filters ask for, but for the category; typing errors are put right, which takes one statement."""
    attributes: dict[str, list[str]] = defaultdict(list)
    for pair in filters.attribute:
        key, _, value = pair.partition(":")
        attributes[key].append(value)
    low, _, high = filters.price.partition("-")
    return Criteria(
        text=spelled(filters.search),
        brands=tuple(filters.brand),
        attributes=attributes,
        price_min=filters.price_min,
        price_max=filters.price_max,
        price_from=Decimal(low) if low else None,
        price_below=Decimal(high) if high else None,
    )


def filtered_list(filters: ProductFilters) -> ProductList:
    """One page of the list. Raises CategoryNotFoundError and BadCursorError."""
    return list_products(
        criteria_of(filters),
        category_slug=filters.category,
        sort=filters.sort,
        cursor=filters.cursor or None,
        limit=filters.limit,
    )


def filters_from(query: QueryDict, **fixed: str) -> tuple[ProductFilters | None, list[str]]:
    """The filters of a page's address, or None and what is wrong with them, one sentence a field.

    `fixed` are filters that the page itself sets, whatever the query says.
    """
    given = {name: query.getlist(name) if name in LIST_FIELDS else query[name] for name in query}
    try:
        filters = ProductFilters.model_validate(given | fixed)
    except ValidationError as error:
        wrong = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        return None, [PROBLEMS.get(name, f"{name}: this can't be understood.") for name in wrong]
    if filters.price_min is not None and filters.price_max is not None and filters.price_min > filters.price_max:
        return None, [CROSSED_PRICES]
    return filters, []
