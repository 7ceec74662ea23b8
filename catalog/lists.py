"""Lists of products: ids from an indexed query, values from the cache.

Budget, counted by tests/integration/test_page_budgets.py: at most two queries, three with words within a category, and
one round trip for the category tree and all cards when they are cached.

Invariant: an unpublished product stands in no list, whatever the cache holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import F

from catalog.loaders import load_prices, load_products
from catalog.models import Category, Popularity, Price, Product
from catalog.models.popularity import NEVER_VIEWED
from catalog.price_cache import PRICE_CACHE
from catalog.product_cache import PRODUCT_CACHE
from catalog.queries import card_refs, get_category_tree, tree_ref
from catalog.search import Criteria, Sort, find_products
from catalog.snapshots import CategorySnapshot, CategoryTreeSnapshot, PriceSnapshot, ProductSnapshot
from shop.caching.prefetch import prefetch

PAGE_SIZE: Final = 24


class CategoryNotFoundError(LookupError):
    """No category has this slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One product in a list. `price` is None while it has none; `category` if the tree does not know it yet."""

    product: ProductSnapshot
    price: PriceSnapshot | None
    category: CategorySnapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductList:
    """One page of a list. `next_cursor` is None on the last; `category` is the one asked for, if any."""

    cards: tuple[Card, ...]
    next_cursor: str | None
    tree: CategoryTreeSnapshot
    category: CategorySnapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """What the shop window shows: the shopkeeper's picks, what people look at, what is reduced, and what is new."""

    tree: CategoryTreeSnapshot
    picks: tuple[Card, ...]
    popular: tuple[Card, ...]
    on_sale: tuple[Card, ...]
    newest: tuple[Card, ...]


def featured(*, limit: int) -> Featured:
    """At most `limit` products a shelf."""
    newest_ids = find_products(Criteria(), sort=Sort.NEWEST, limit=limit).ids
    lists = [_picked_ids(limit=limit), _popular_ids(limit=limit), _on_sale_ids(limit=limit), newest_ids]
    tree, (picks, popular, on_sale, newest) = get_tree_and_cards(lists=lists)
    return Featured(tree=tree, picks=picks, popular=popular, on_sale=on_sale, newest=newest)


def list_products(
    criteria: Criteria,
    *,
    category_slug: str = "",
    sort: Sort = Sort.RELEVANCE,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> ProductList:
    """One page of a list. A category stands for everything below it too.

    Raises CategoryNotFoundError and BadCursorError.
    """
    page = find_products(
        within(criteria, category_slug=category_slug) if category_slug else criteria,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    tree, (cards,) = get_tree_and_cards(lists=[page.ids])
    return ProductList(cards=cards, next_cursor=page.next_cursor, tree=tree, category=tree.by_slug(category_slug))


def within(criteria: Criteria, *, category_slug: str) -> Criteria:
    """The criteria, within a category and all below it. Raises CategoryNotFoundError."""
    return replace(criteria, category_ids=_ids_within(category_slug))


def get_tree_and_cards(*, lists: Sequence[Sequence[int]]) -> tuple[CategoryTreeSnapshot, list[tuple[Card, ...]]]:
    """The tree and the cards of several lists, all by one round trip."""
    with prefetch(tree_ref(), *card_refs(product_ids=_each_once(lists))):
        tree = get_category_tree()
        return tree, _cards(lists, tree)


def get_cards(*, lists: Sequence[Sequence[int]], tree: CategoryTreeSnapshot) -> list[tuple[Card, ...]]:
    """The published ones of the products of each list, in its order: all by one round trip, or by none for no ids."""
    with prefetch(*card_refs(product_ids=_each_once(lists))):
        return _cards(lists, tree)


def _each_once(lists: Sequence[Sequence[int]]) -> list[int]:
    return list(dict.fromkeys(product_id for product_ids in lists for product_id in product_ids))


def _picked_ids(*, limit: int) -> tuple[int, ...]:
    """Published products that stand in the shop window, the newest first."""
    picked = Product.objects.filter(is_published=True, is_featured=True)
    return tuple(picked.order_by("-created_at", "-id").values_list("id", flat=True)[:limit])


def _popular_ids(*, limit: int) -> tuple[int, ...]:
    """Published products that people look at most by now; none that nobody has looked at."""
    viewed = Popularity.objects.filter(score__gt=NEVER_VIEWED, product__is_published=True, product__price__isnull=False)
    return tuple(viewed.order_by("-score", "-product_id").values_list("product_id", flat=True)[:limit])


def _on_sale_ids(*, limit: int) -> tuple[int, ...]:
    """Published products whose price is reduced, the newest first."""
    reduced = Price.objects.filter(current_amount__lt=F("regular_amount"), product__is_published=True)
    return tuple(reduced.order_by("-product_id").values_list("product_id", flat=True)[:limit])


def _cards(lists: Sequence[Sequence[int]], tree: CategoryTreeSnapshot) -> list[tuple[Card, ...]]:
    wanted = _each_once(lists)
    if not wanted:
        return [() for _ in lists]
    products = PRODUCT_CACHE.get_many(wanted, load=load_products)
    prices = PRICE_CACHE.get_many(wanted, load=load_prices)
    by_id = {
        product_id: Card(product=product, price=prices[product_id].value, category=tree.by_id(product.category_id))
        for product_id in wanted
        if (product := products[product_id].value) is not None and product.is_published
    }
    return [tuple(by_id[one] for one in product_ids if one in by_id) for product_ids in lists]


# The tree is in the cache too, but to ask it first would cost a list a second round trip; this costs it a query.
_WITHIN: Final = """
    WITH RECURSIVE within AS (
        SELECT id FROM catalog_category WHERE slug = %s
        UNION
        SELECT child.id FROM catalog_category AS child JOIN within ON child.parent_id = within.id
    )
    SELECT id FROM within
"""


def _ids_within(slug: str) -> list[int]:
    ids = [category.pk for category in Category.objects.raw(_WITHIN, [slug])]
    if not ids:
        raise CategoryNotFoundError(slug)
    return ids
