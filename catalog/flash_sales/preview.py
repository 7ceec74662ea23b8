"""What a sale does to every price of its products: before its start what it would do, and from then on what it does.

A sale has at most 100,000 products, so that adding them all up is bounded. Nothing here is written down: the preview is
made of the prices at that moment, and so is the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from catalog.models import FlashSale

LINES_PER_PAGE: Final = 100

_LINES: Final = """
    SELECT product.id, product.sku, product.name, price.currency, price.regular_amount, price.current_amount,
           coalesce(item.amount, round(price.regular_amount * (100 - sale.percent_off) / 100, 2)) AS offered,
           price.flash_sale_id IS NOT DISTINCT FROM sale.id AS decides
    FROM catalog_flashsaleitem AS item
    JOIN catalog_flashsale AS sale ON sale.id = item.sale_id
    JOIN catalog_product AS product ON product.id = item.product_id
    LEFT JOIN catalog_price AS price ON price.product_id = item.product_id
    WHERE item.sale_id = %(sale_id)s
"""
_COUNTS: Final = f"""
    SELECT count(*), count(*) FILTER (WHERE decides OR offered < current_amount),
           count(*) FILTER (WHERE currency IS NULL)
    FROM ({_LINES}) AS line
"""  # noqa: S608  the part put in is a constant
_PAGE: Final = _LINES + "ORDER BY item.product_id LIMIT %(limit)s OFFSET %(offset)s"


@dataclass(frozen=True, slots=True)
class Line:
    """`offered` is the sale's price; `decides` says that it is what people pay already. A product without a price has
    none of the amounts."""

    product_id: int
    sku: str
    name: str
    currency: str | None
    regular: Decimal | None
    paid: Decimal | None
    offered: Decimal | None
    decides: bool

    @property
    def reduces(self) -> bool:
        """Whether people pay this sale's price, or would if it were on."""
        return self.decides or (self.paid is not None and self.offered is not None and self.offered < self.paid)

    @property
    def percent(self) -> Decimal | None:
        """How far the sale's price is from the regular one, with one decimal."""
        if not self.regular or self.offered is None:
            return None
        return round((self.offered - self.regular) * 100 / self.regular, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`reduced` of `products` cost less by this sale; `unpriced` have no price. One page of lines."""

    products: int
    reduced: int
    unpriced: int
    lines: Sequence[Line]
    page: int
    pages: int

    @property
    def unchanged(self) -> int:
        return self.products - self.reduced - self.unpriced


def preview_sale(*, sale: FlashSale, page: int = 1) -> Preview:
    """A page that is not there is the nearest that is. Two statements."""
    values: dict[str, Any] = {"sale_id": sale.pk, "limit": LINES_PER_PAGE}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        products, reduced, unpriced = cursor.fetchone()
        pages = max(1, -(-products // LINES_PER_PAGE))
        page = min(max(1, page), pages)
        cursor.execute(_PAGE, {**values, "offset": (page - 1) * LINES_PER_PAGE})
        lines = [Line(*row) for row in cursor.fetchall()]
    return Preview(products=products, reduced=reduced, unpriced=unpriced, lines=lines, page=page, pages=pages)
