"""The list query: one statement that finds a page of product ids.

Invariants: a page begins right after the last row of the one before, by sort key and id (keyset pagination), so walking
the pages meets every product exactly once however many share a price, and page 1,000 costs what page 1 costs. A product
that moves in the order while somebody walks (a new price) may be met twice or not at all; nothing else can.
Proved by tests/integration/test_catalog_walks.py against a plain Python search.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db.models import DecimalField, F, Q, QuerySet
from django.db.models.functions import Cast

from catalog.models import Product
from catalog.search.cursor import Position, decode, encode
from catalog.search.filters import kept, matches, plain, words
from catalog.search.sort import Sort

LARGEST_PAGE = 100
NO_ATTRIBUTES: Mapping[str, Sequence[str]] = MappingProxyType({})

# Floats would not survive the way through a cursor; six places do.
_RANK = DecimalField(max_digits=9, decimal_places=6)


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Product ids in the order of the list, and the cursor of the next page, or None on the last."""

    ids: tuple[int, ...]
    next_cursor: str | None


def search_products(
    *,
    text: str = "",
    category_ids: Collection[int] = (),
    brands: Collection[str] = (),
    attributes: Mapping[str, Sequence[str]] = NO_ATTRIBUTES,
    price_min: Decimal | None = None,
    price_max: Decimal | None = None,
    sort: Sort = Sort.RELEVANCE,
    cursor: str | None = None,
    limit: int = 24,
) -> ProductPage:
    """A page of published products that have a price, in one statement.

    `text` is what a visitor typed; `attributes` maps keys to the values wanted, any of them. Relevance without a text
    means newest. `limit` is 1 to 100. Raises BadCursorError for a cursor that did not come from a list in this order,
    and ValueError for a limit or a price out of bounds.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError(f"A page has 1 to {LARGEST_PAGE} products.")
    text = plain(text)
    if sort is Sort.RELEVANCE and not text:
        sort = Sort.NEWEST
    products = Product.objects.filter(
        kept(category_ids=category_ids, brands=brands, attributes=attributes, price_min=price_min, price_max=price_max)
    )
    if text:
        products = products.filter(matches(text))
    if sort is Sort.RELEVANCE:
        relevance = SearchRank("search", words(text)) + TrigramWordSimilarity(text, "name")
        products = products.annotate(rank=Cast(relevance, _RANK))
    if cursor is not None:
        products = products.filter(_after(decode(cursor, sort=sort), sort=sort))
    return _page(products, sort=sort, limit=limit)


def _page(products: QuerySet[Product], *, sort: Sort, limit: int) -> ProductPage:
    """The first `limit` rows; one more is read, to know whether there is a next page."""
    order = [F(sort.key).desc(), F("id").desc()] if sort.descending else [F(sort.key).asc(), F("id").asc()]
    rows = list(products.order_by(*order).values_list("id", sort.key)[: limit + 1])
    shown = rows[:limit]
    next_cursor = None
    if len(rows) > limit:
        last_id, last_key = shown[-1]
        next_cursor = encode(Position(last_key, last_id), sort=sort)
    return ProductPage(tuple(product_id for product_id, _ in shown), next_cursor)


def _after(position: Position, *, sort: Sort) -> Q:
    """Rows behind `position`. The first condition says nothing new, but gives the index its range to begin at."""
    beyond = "lt" if sort.descending else "gt"
    return Q(**{f"{sort.key}__{beyond}e": position.key}) & (
        Q(**{f"{sort.key}__{beyond}": position.key}) | Q(**{f"id__{beyond}": position.id})
    )
