"""Which products a change is about. Bounded: a change is one transaction, and its preview is read by people."""

from collections.abc import Collection
from typing import Final

from django.db import connection
from django.db.models import F, Q, QuerySet

from catalog.models import Product
from catalog.search.filters import matches, plain

MOST_PRODUCTS: Final = 10_000

# Ten thousand rows, with all their indexes, take longer than a page may otherwise: to work out, and to write.
_TIME_OUTS: Final = """
    SET LOCAL statement_timeout = '60s';
    SET LOCAL lock_timeout = '10s';
    SET LOCAL idle_in_transaction_session_timeout = '60s';
"""

ON_SALE: Final = Q(price__current_amount__lt=F("price__regular_amount"))
NOT_ON_SALE: Final = Q(price__current_amount=F("price__regular_amount"))


class TooManyProductsError(ValueError):
    """More than 10,000 products were chosen."""

    def __init__(self) -> None:
        super().__init__(f"More than {MOST_PRODUCTS:,} products match. Narrow the choice: a category, or other words.")


def chosen_ids(products: QuerySet[Product]) -> list[int]:
    """The ids, in order. Raises TooManyProductsError."""
    ids = list(products.order_by().values_list("pk", flat=True)[: MOST_PRODUCTS + 1])
    if len(ids) > MOST_PRODUCTS:
        raise TooManyProductsError
    return sorted(ids)


def products_within(
    *, category_ids: Collection[int] = (), text: str = "", on_sale: bool | None = None
) -> QuerySet[Product]:
    """Products of all the given kinds; what is empty or None narrows nothing."""
    products = Product.objects.all()
    if category_ids:
        products = products.filter(category_id__in=list(category_ids))
    if words := plain(text):
        products = products.filter(matches(words))
    if on_sale is not None:
        products = products.filter(ON_SALE if on_sale else NOT_ON_SALE)
    return products


def allow_time() -> None:
    """Give the statements of the current transaction the time that a change of 10,000 rows may take."""
    with connection.cursor() as cursor:
        cursor.execute(_TIME_OUTS)
