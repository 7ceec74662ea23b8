"""The filters of a product list as they stand in a query string, the same for API and pages.

Empty values are what forms send for fields that nobody filled in: they filter nothing.
"""

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


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _without_empty(value: Any) -> Any:
    return [one for one in value if one != ""] if isinstance(value, list) else value


Price = Annotated[Decimal, Field(ge=0, le=LARGEST_AMOUNT, decimal_places=2)]
PriceBound = Annotated[Price | None, BeforeValidator(_none_if_empty)]
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
        return ProductFilters.model_validate(given | fixed), []
    except ValidationError as error:
        return None, [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
