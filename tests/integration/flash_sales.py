"""Flash sales for tests, and what products cost meanwhile."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from catalog.models import FlashSale, FlashSaleItem, Price
from tests.integration.catalog_rows import run_sql


def make_sale(
    product_ids: Sequence[int],
    *,
    percent_off: str | None = "20",
    amounts: Sequence[str | Decimal | None] = (),
    **columns: Any,
) -> int:
    """A scheduled sale; `amounts` are its products' own prices, in their order."""
    percent = Decimal(percent_off) if percent_off is not None else None
    sale = FlashSale.objects.create(**{"name": "Jam hour", "percent_off": percent, **columns})
    own: list[Decimal | None] = [None if amount is None else Decimal(amount) for amount in amounts]
    FlashSaleItem.objects.bulk_create(
        FlashSaleItem(sale=sale, product_id=product_id, amount=amount)
        for product_id, amount in zip(product_ids, own or [None] * len(product_ids), strict=True)
    )
    return sale.pk


def turn(sale_id: int, state: str) -> None:
    """By hand, at psql."""
    run_sql("UPDATE catalog_flashsale SET state = %s WHERE id = %s", state, sale_id)


def paid(product_id: int) -> str:
    """What people pay."""
    return str(Price.objects.get(pk=product_id).current_amount)


def decider(product_id: int) -> int | None:
    """The flash sale that makes the price what it is."""
    return Price.objects.get(pk=product_id).flash_sale_id
