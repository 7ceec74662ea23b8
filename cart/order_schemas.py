"""Orders in JSON. Amounts are strings with two decimals, as in the catalog."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from cart.orders import OrderLineView, OrderView
from cart.schemas import MoneyOut
from catalog.schemas import money


class OrderItemOut(Schema):
    """Name and price are those of the moment of the order."""

    product_id: int
    sku: str
    name: str
    quantity: int
    price: MoneyOut = Field(description="Of one piece.")
    total: MoneyOut


class OrderOut(Schema):
    id: UUID
    number: int | None = Field(description="For people; null while, or because, it is not paid.")
    status: str = Field(
        description="placed, packed, sent, delivered, refunding or refunded; before it is an order payment_pending, "
        "and payment_declined if it never will be."
    )
    placed_at: datetime | None = Field(description="UTC.")
    email: str
    name: str
    address: str
    items: list[OrderItemOut]
    total: MoneyOut
    card_last4: str


class PendingOut(Schema):
    id: UUID
    status: Literal["payment_pending"] = "payment_pending"


def order_out(order: OrderView) -> OrderOut:
    return OrderOut(
        id=order.id,
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        email=order.email,
        name=order.name,
        address=order.address,
        items=[_item_out(line, order.currency) for line in order.lines],
        total=_money_out(order.total, order.currency),
        card_last4=order.card_last4,
    )


def _item_out(line: OrderLineView, currency: str) -> OrderItemOut:
    return OrderItemOut(
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        price=_money_out(line.unit_price, currency),
        total=_money_out(line.total, currency),
    )


def _money_out(amount: Decimal, currency: str) -> MoneyOut:
    return MoneyOut(amount=money(amount), currency=currency)
