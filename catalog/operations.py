"""The catalog's writes. Each is one transaction whose changes reach the caches right after its commit.

Invariants: the product's row is locked before anything that belongs to it, so writers of one product queue up instead
of waiting for each other in a circle; versions, the change log and the review counts are the triggers' work, so that a
write that does not come through here is as safe, only seen a little later.
Proved by tests/integration/test_catalog_operations.py.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from catalog.models import Price, Product, Review
from shop.events.fast_path import announced_changes

NEIGHBOURS = 6
CHANGEABLE = frozenset({"slug", "name", "brand", "category_id", "description", "attributes", "is_published"})


class ProductNotFoundError(LookupError):
    """There is no such product, or visitors can't see it, or it has no price to change."""


def post_review(*, product_id: int, author: str, rating: int, title: str, body: str) -> int:
    """Add a visitor's review to a published product and return the review's id; `rating` is 1 to 5.

    Raises ProductNotFoundError, and ValidationError (with a dict of messages) for texts too long or ratings off.
    """
    with announced_changes():
        product = _locked_product(product_id)
        if not product.is_published:
            raise ProductNotFoundError(f"There is no product {product_id}.")
        review = Review(product=product, author=author, rating=rating, title=title, body=body)
        review.full_clean(exclude=["product"])
        review.save(force_insert=True)
        return review.pk


def change_price(*, product_id: int, amount: Decimal, regular_amount: Decimal | None = None) -> None:
    """Set what a product costs now and, if given, its regular price; a sale's announced end goes when the sale does.

    Raises ProductNotFoundError where the product has no price, and ValidationError for amounts below 0, with more than
    two decimals, or above the regular one.
    """
    with announced_changes():
        _locked_product(product_id)
        price = Price.objects.select_for_update().filter(product_id=product_id).first()
        if price is None:
            raise ProductNotFoundError(f"Product {product_id} has no price.")
        price.amount = amount
        if regular_amount is not None:
            price.regular_amount = regular_amount
        price.full_clean(exclude=["product"])
        if price.amount == price.regular_amount:
            price.sale_ends_at = None
        price.save()


def update_product(*, product_id: int, **fields: Any) -> None:
    """Change what is said about a product; `fields` are any of CHANGEABLE.

    Raises ProductNotFoundError, TypeError for other fields, and ValidationError for values that don't fit, such as
    attributes that the category's schema does not know.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"A product's {', '.join(sorted(unknown))} can't be changed here.")
    with announced_changes():
        product = _locked_product(product_id)
        for name, value in fields.items():
            setattr(product, name, value)
        product.full_clean()
        product.save(update_fields=list(fields))


# Neighbours in price order, the nearest above and below in turn. At either end the other side fills up the number.
_NEIGHBOURS = ", ".join(f"lag(id, {step}) OVER shelf, lead(id, {step}) OVER shelf" for step in range(1, NEIGHBOURS + 1))
_RECOMPUTE = f"""
    WITH run AS MATERIALIZED (SELECT nextval('catalog_related_run') AS number),
    priced AS (
        SELECT product.id, product.category_id, price.amount
        FROM catalog_product AS product JOIN catalog_price AS price ON price.product_id = product.id
        WHERE product.is_published
    ),
    neighbours AS (
        SELECT id, (array_remove(ARRAY[{_NEIGHBOURS}], NULL))[1:{NEIGHBOURS}] AS ids
        FROM priced WINDOW shelf AS (PARTITION BY category_id ORDER BY amount, id)
    ),
    wanted AS (
        SELECT product.id, coalesce(neighbours.ids, '{{}}') AS ids
        FROM catalog_product AS product LEFT JOIN neighbours ON neighbours.id = product.id
    )
    UPDATE catalog_relatedproducts AS related SET product_ids = wanted.ids, run = run.number
    FROM wanted, run
    WHERE related.product_id = wanted.id AND related.product_ids IS DISTINCT FROM wanted.ids
"""  # noqa: S608  the parts put in are constants


def recompute_related_products() -> int:
    """Give each published product the six nearest in price of its category; return how many rows that changed.

    One statement for the whole shop, numbered as one run. Only rows that differ are written, so only their entries are
    invalidated, and a run over an unchanged shop touches nothing. Two runs at once go one after the other.
    """
    with announced_changes(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog_related_run'))")
        cursor.execute(_RECOMPUTE)
        return int(cursor.rowcount)


_POPULARITY = """
    WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::float8[]) AS wanted (id, score)),
    locked AS (
        SELECT popularity.product_id, wanted.score
        FROM catalog_popularity AS popularity JOIN wanted ON wanted.id = popularity.product_id
        WHERE popularity.score <> wanted.score
        ORDER BY popularity.product_id FOR NO KEY UPDATE OF popularity
    )
    UPDATE catalog_popularity AS popularity SET score = locked.score
    FROM locked WHERE popularity.product_id = locked.product_id
"""


def set_popularity(*, scores: Mapping[int, float]) -> int:
    """Set how popular these products are, and return how many that changed; products that are gone are left out.

    A score is what catalog/models/popularity.py says of it. No cache holds it, so nobody is told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POPULARITY, [list(scores), list(scores.values())])
        return int(cursor.rowcount)


def _locked_product(product_id: int) -> Product:
    """The product, locked against other writers but not against readers of its foreign key."""
    product = Product.objects.select_for_update(no_key=True).filter(pk=product_id).first()
    if product is None:
        raise ProductNotFoundError(f"There is no product {product_id}.")
    return product
