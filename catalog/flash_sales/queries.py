"""What visitors and the API see of sales: one statement for sales and one for a page of products, whatever the size of
the shop, since an index has a sale's products in the order in which they are shown.

Prices are read from the cache as everywhere (`catalog.lists`); the sale itself, one row, from the database: what it
announces must be true when the page is made. Proved by tests/integration/test_flash_sale_pages.py.

A list of sales counts the products of each as far as 100 and no further, so that it costs no more when sales are
large. Proved by tests/integration/test_flash_sale_large.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, Exists, ExpressionWrapper, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from catalog.flash_sales.terms import LARGEST_ID
from catalog.flash_sales.turning import FlashSaleNotFoundError
from catalog.models import FlashSale, FlashSaleItem, Price
from catalog.search import BadCursorError

State = FlashSale.State
SHOWN_AHEAD: Final = timedelta(days=7)
# More would be no news; the API says so.
MOST_SALES: Final = 50
# As far as a list counts the products of a sale.
COUNTED: Final = 100
PAGE_SIZE: Final = 24
LONGEST_CURSOR: Final = 18
_COUNT: Final = "(SELECT count(*) FROM (%(subquery)s) AS counted)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """`starts_at` is when it started or shall start; None: by hand. `products` is how many it has, or more than that
    where `has_more`; 0 where they were not counted. `now` is the database's clock when this was read."""

    id: int
    name: str
    state: str
    percent_off: Decimal | None
    starts_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    products: int
    has_more: bool
    now: datetime

    @property
    def is_on(self) -> bool:
        return self.state == State.ON

    @property
    def is_to_come(self) -> bool:
        return self.state == State.SCHEDULED

    @property
    def turns_at(self) -> datetime | None:
        """When it ends, if it is on, or else when it starts; None: nobody knows."""
        return self.ends_at if self.is_on else self.starts_at if self.is_to_come else None


@dataclass(frozen=True, slots=True)
class SalePage:
    """Published products of a sale, the newest first. `next_cursor` is None on the last page."""

    ids: Sequence[int]
    next_cursor: str | None


def get_sale(*, sale_id: int, counted: int = 0) -> Sale:
    """Its products counted as far as `counted`. Raises FlashSaleNotFoundError; a cancelled one is none that visitors
    ever hear of."""
    if not 0 < sale_id <= LARGEST_ID:
        raise FlashSaleNotFoundError(sale_id)
    sales = _sales(FlashSale.objects.filter(pk=sale_id).exclude(state=State.CANCELLED), counted=counted)
    if not sales:
        raise FlashSaleNotFoundError(sale_id)
    return sales[0]


def shown_sale(*, sale_id: int) -> Sale:
    """One that visitors may see: neither cancelled, nor kept by staff to be started by hand or in more than a week.

    Raises FlashSaleNotFoundError.
    """
    sale = get_sale(sale_id=sale_id)
    if sale.is_to_come and (sale.starts_at is None or sale.starts_at > sale.now + SHOWN_AHEAD):
        raise FlashSaleNotFoundError(sale_id)
    return sale


def running_sales(*, limit: int) -> list[Sale]:
    """Those that are on, the one that ends first first; without their number of products."""
    return _sales(FlashSale.objects.filter(state=State.ON).order_by("ends_at", "id")[:limit])


def announced_sales() -> list[Sale]:
    """Those that are on, then those that start within a week; at most 50, their products counted up to 100."""
    soon = Q(state=State.SCHEDULED, starts_at__lte=Now() + SHOWN_AHEAD)
    is_on = ExpressionWrapper(Q(state=State.ON), output_field=BooleanField())
    found = FlashSale.objects.filter(Q(state=State.ON) | soon).annotate(is_on=is_on)
    return _sales(found.order_by("-is_on", "starts_at", "id")[:MOST_SALES], counted=COUNTED)


def sale_products(*, sale_id: int, cursor: str = "", limit: int = PAGE_SIZE) -> SalePage:
    """One page of a sale's published products that have a price. Raises BadCursorError."""
    items = FlashSaleItem.objects.filter(
        Exists(Price.objects.filter(product=OuterRef("product"))), sale=sale_id, product__is_published=True
    )
    if cursor:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= LONGEST_CURSOR):
            raise BadCursorError
        items = items.filter(product__lt=int(cursor))
    ids = list(items.order_by("-product").values_list("product", flat=True)[: limit + 1])
    return SalePage(ids[:limit], str(ids[limit - 1]) if len(ids) > limit else None)


def _sales(found: "QuerySet[FlashSale]", *, counted: int = 0) -> list[Sale]:
    rows = found.annotate(began=Coalesce("started_at", "starts_at"), now=Now())
    columns = ["id", "name", "state", "percent_off", "began", "ends_at", "ended_at", "now"]
    if counted:
        # One more than is counted, to know whether there are more.
        items = FlashSaleItem.objects.filter(sale=OuterRef("pk")).values("product")[: counted + 1]
        rows = rows.annotate(looked_at=Subquery(items, template=_COUNT, output_field=IntegerField()))
        columns.append("looked_at")
    return [_sale(counted, **row) for row in rows.values(*columns)]


def _sale(counted: int, *, began: datetime | None, looked_at: int = 0, **columns: Any) -> Sale:
    return Sale(starts_at=began, products=min(looked_at, counted), has_more=looked_at > counted, **columns)
