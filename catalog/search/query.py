"""The list query: one statement that finds a page of product ids.

Invariants: a page begins right after the last row of the one before, by sort key and id (keyset pagination), so walking
the pages meets every product exactly once however many share a price, and page 1,000 costs what page 1 costs. A product
that moves in the order while somebody walks (a new price) may be met twice or not at all; nothing else can. Relevance
ranks the first 10,000 products that it finds, and its pages end there.
Proved by tests/integration/test_catalog_walks.py against a plain Python search, and at a million products by
tests/integration/test_scale.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.search import SearchRank
from django.db.models import DecimalField, F
from django.db.models.functions import Cast

from catalog.search.bounded import Row, merged_rows, ordered_rows, ranked_rows, walk
from catalog.search.criteria import Criteria
from catalog.search.cursor import Position, decode, encode
from catalog.search.filters import goods, plain, priced, words
from catalog.search.sort import Sort

LARGEST_PAGE = 100

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
    attributes: Mapping[str, Sequence[str]] | None = None,
    price_min: Decimal | None = None,
    price_max: Decimal | None = None,
    sort: Sort = Sort.RELEVANCE,
    cursor: str | None = None,
    limit: int = 24,
) -> ProductPage:
    """`find_products` by single filters."""
    criteria = Criteria(
        text=text,
        category_ids=category_ids,
        brands=brands,
        attributes=attributes or {},
        price_min=price_min,
        price_max=price_max,
    )
    return find_products(criteria, sort=sort, cursor=cursor, limit=limit)


def find_products(
    criteria: Criteria, *, sort: Sort = Sort.RELEVANCE, cursor: str | None = None, limit: int = 24
) -> ProductPage:
    """A page of published products that have a price, in one statement.

    Relevance without a text means newest. `limit` is 1 to 100. Raises BadCursorError for a cursor that did not come
    from a list in this order, and ValueError for a limit or a price out of bounds.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError(f"A page has 1 to {LARGEST_PAGE} products.")
    if sort is Sort.RELEVANCE and not plain(criteria.text):
        sort = Sort.NEWEST
    after = decode(cursor, sort=sort) if cursor is not None else None
    # One more is read, to know whether there is a next page.
    rows = _rows(criteria, sort=sort, after=after, limit=limit + 1)
    shown = rows[:limit]
    next_cursor = encode(_position(shown[-1]), sort=sort) if len(rows) > limit else None
    return ProductPage(tuple(product_id for product_id, _ in shown), next_cursor)


def _rows(criteria: Criteria, *, sort: Sort, after: Position | None, limit: int) -> list[Row]:
    if sort is Sort.RELEVANCE:
        rank = Cast(SearchRank(F("search"), words(plain(criteria.text))), _RANK)
        return ranked_rows(goods(criteria).annotate(rank=rank), criteria, after=after, limit=limit)
    if not criteria.is_broad:
        return ordered_rows(criteria, sort=sort, after=after, limit=limit)
    if not criteria.category_ids:
        return list(walk(goods(criteria).filter(priced(criteria)), sort=sort, after=after)[:limit])
    if sort in (Sort.NEWEST, Sort.NAME):
        return merged_rows(criteria.category_ids, sort=sort, after=after, limit=limit)
    # A category's products are many, and no index holds them by price or views: walk all before collecting them.
    return ordered_rows(criteria, sort=sort, after=after, limit=limit, collected=0)


def _position(row: Row) -> Position:
    product_id, key = row
    return Position(key, product_id)
