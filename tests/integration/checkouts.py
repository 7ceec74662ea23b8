"""Shoppers with carts, and a look at the books: what was charged, sold and ordered."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from cart.checkout import CheckoutAnswer, CheckoutRequest, check_out
from cart.models import Checkout, Order
from cart.operations import create_cart, set_quantity
from cart.orders import get_order
from cart.owner import Owner
from cart.payments.bank_books import BankBooks
from inventory.models import Movement, Stock
from inventory.operations import receive
from tests.goods import Goods

GOOD_CARD = "4242 4242 4242 4242"
DECLINED = "4000000000000002"
CHARGED_IN_SILENCE = "4000000000000119"
NEVER_ARRIVES = "4000000000000127"
ANSWERS_TWICE = "4000000000000259"
# For a sweeper that leaves nothing alone.
AT_ONCE = timedelta(0)

ANN = Owner(None, "ann")
REQUEST = CheckoutRequest(email="ann@example.org", name="Ann", address="1 Pantry Lane\nLarderton", card=GOOD_CARD)


def stocked(goods: Goods, quantity: int = 10) -> int:
    """Put some of the first jam on the shelf; returns its id."""
    receive(product_id=goods.id, quantity=quantity, reason="a delivery")
    return goods.id


def cart_with(quantities: dict[int, int]) -> int:
    cart_id = create_cart()
    for product_id, quantity in quantities.items():
        set_quantity(cart_id=cart_id, product_id=product_id, quantity=quantity)
    return cart_id


def buy(cart_id: int | None, *, key: str = "key", owner: Owner = ANN, **changed: Any) -> CheckoutAnswer:
    return check_out(owner=owner, cart_id=cart_id, key=key, request=replace(REQUEST, **changed))


def status_of(checkout: Checkout) -> str:
    """As Ann is shown it."""
    view = get_order(order_id=checkout.pk, owner=ANN)
    assert view is not None
    return view.status


def on_shelf(product_id: int) -> tuple[int, int]:
    """On hand, held."""
    return Stock.objects.values_list("on_hand", "held").get(product_id=product_id)


def assert_books_agree() -> None:
    """Money, orders, stock and ledger tell the same story, and nothing is held for nobody."""
    paid = Order.objects.exclude(status=Order.Status.REFUNDED).values_list("total", flat=True)
    assert BankBooks().balance() == sum(paid, Decimal("0.00"))
    for order in Order.objects.prefetch_related("lines", "payments"):
        assert sum(line.total for line in order.lines.all()) == order.total
        assert [payment.amount for payment in order.payments.all()] == [order.total]
    for stock in Stock.objects.all():
        moved = Movement.objects.filter(product_id=stock.product_id).values_list("on_hand_change", "held_change")
        assert (sum(on for on, _ in moved), sum(held for _, held in moved)) == (stock.on_hand, stock.held)
    assert _open_reservations() == 0


def _open_reservations() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inventory_reservation WHERE status = 'open'")
        return int(cursor.fetchone()[0])
