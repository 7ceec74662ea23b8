"""Orders as rows, made in bulk: who paid what for them is nobody's business here."""

import uuid
from collections.abc import Collection, Iterable

from cart.models import Order, OrderLine


def place(*baskets: Collection[int]) -> None:
    """An order each, of one unit of each product."""
    orders = [_order() for _ in baskets]
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        line for order, basket in zip(orders, baskets, strict=True) for line in _lines(order, basket)
    )


def _order() -> Order:
    key = uuid.uuid4()
    return Order(id=key, number=key.int % 2**62, email="ann@example.org", name="Ann", total=1, currency="EUR")


def _lines(order: Order, basket: Collection[int]) -> Iterable[OrderLine]:
    for product_id in basket:
        yield OrderLine(order=order, product_id=product_id, sku="S", name="Jam", quantity=1, unit_price=1)
