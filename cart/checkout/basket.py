"""What is in a cart and what it costs now, read from the database inside the caller's transaction."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from cart.checkout.refusals import ShortGoods
from cart.models import CartLine
from catalog.queries import get_prices, get_products

NOTHING: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    product_id: int
    sku: str
    name: str
    quantity: int
    unit_price: Decimal

    def as_json(self) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "sku": self.sku,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": f"{self.unit_price:.2f}",
        }

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> "BasketLine":
        return cls(**line | {"unit_price": Decimal(line["unit_price"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """`unavailable` are the products that are not sold any more, or that cost nothing anybody could say."""

    lines: tuple[BasketLine, ...]
    unavailable: tuple[ShortGoods, ...]
    currency: str

    @property
    def total(self) -> Decimal:
        return sum((line.quantity * line.unit_price for line in self.lines), NOTHING)

    @property
    def quantities(self) -> dict[int, int]:
        return {line.product_id: line.quantity for line in self.lines}


def read_basket(*, cart_id: int) -> Basket:
    """Inside a transaction the catalog's queries go past its caches. The first line's currency is the cart's."""
    lines: list[BasketLine] = []
    unavailable: list[ShortGoods] = []
    currency = ""
    in_cart = list(CartLine.objects.filter(cart_id=cart_id).order_by("added_at", "id"))
    ids = [held.product_id for held in in_cart]
    products, prices = get_products(product_ids=ids), get_prices(product_ids=ids)
    for held in in_cart:
        product, price = products.get(held.product_id), prices.get(held.product_id)
        if product is None or price is None or price.currency != (currency or price.currency):
            unavailable.append(
                ShortGoods(product_id=held.product_id, name=held.name_when_added, wanted=held.quantity, available=0)
            )
            continue
        currency = price.currency
        lines.append(
            BasketLine(
                product_id=product.id,
                sku=product.sku,
                name=product.name,
                quantity=held.quantity,
                unit_price=price.amount,
            )
        )
    return Basket(lines=tuple(lines), unavailable=tuple(unavailable), currency=currency)
