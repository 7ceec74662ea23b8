"""What a checkout costs the database: as much for 30 lines as for 3, while the rows of the goods are locked."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cart.checkout.refunding import refund_order
from inventory.operations import receive
from tests.goods import Goods
from tests.integration.catalog_rows import logged
from tests.integration.checkouts import assert_books_agree, buy, cart_with

FEW, MANY = 3, 30


def cost_of(act: Callable[[], object]) -> tuple[int, int]:
    """Statements, and rows of the change log."""
    with logged() as changes, CaptureQueriesContext(connection) as queries:
        act()
    return len(queries), len(changes.rows)


def bought(goods: Goods, lines: int) -> UUID:
    cart_id = cart_with(dict.fromkeys(goods.ids[:lines], 2))
    return buy(cart_id, key=f"{lines} lines").id


def refund(order_id: UUID) -> None:
    refund_order(order_id=order_id, takes_back=True, user_id=User.objects.get().pk)


@pytest.fixture
def stocked(goods: Goods) -> Goods:
    """What the first sale of a process looks up once was looked up."""
    User.objects.create_superuser("keeper")
    for product_id in goods.ids:
        receive(product_id=product_id, quantity=10, reason="a delivery")
    refund(bought(goods, 1))
    return goods


def test_a_checkout_of_many_lines_costs_as_many_statements_and_changes_as_one_of_few(stocked: Goods) -> None:
    carts = {lines: cart_with(dict.fromkeys(stocked.ids[:lines], 2)) for lines in (FEW, MANY)}

    costs = {lines: cost_of(partial(buy, cart_id, key=str(lines))) for lines, cart_id in carts.items()}

    assert costs[MANY] == costs[FEW]
    assert_books_agree()


def test_a_refund_of_many_lines_costs_as_many_statements_and_changes_as_one_of_few(stocked: Goods) -> None:
    orders = {lines: bought(stocked, lines) for lines in (FEW, MANY)}

    costs = {lines: cost_of(partial(refund, order_id)) for lines, order_id in orders.items()}

    assert costs[MANY] == costs[FEW]
    assert_books_agree()
