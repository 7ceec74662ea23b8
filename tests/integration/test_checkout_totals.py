"""A total that no payment holds, which merged carts can come to: refused, in words, and nothing is lost."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cart.models import Checkout
from cart.operations import create_cart, set_quantity
from cart.visitors import CART
from catalog.models import Price, Product
from shop.events.fast_path import announced_changes
from tests.failures.test_bad_input import assert_refused
from tests.goods import Goods
from tests.integration.test_checkout_api import JSON, post
from tests.integration.test_pages_checkout import pay

DEAREST = Decimal("99999999.99")
PRODUCTS, EACH = 102, 99


@pytest.fixture
def rich(visitor: Client, goods: Goods) -> Client:
    """A customer whose two carts of 51 products have become one."""
    ann = User.objects.create_user("ann")
    dear = _dear_products(goods)
    visitor.put(f"/api/cart/items/{dear[0]}", {"quantity": EACH}, content_type=JSON)
    carts = (visitor.session[CART], create_cart(user_id=ann.pk))
    for cart_id, product_ids in zip(carts, (dear[: PRODUCTS // 2], dear[PRODUCTS // 2 :]), strict=True):
        for product_id in product_ids:
            set_quantity(cart_id=cart_id, product_id=product_id, quantity=EACH)
    visitor.force_login(ann)
    return visitor


def _dear_products(goods: Goods) -> list[int]:
    with announced_changes():
        made = Product.objects.bulk_create(
            Product(sku=f"X-{n}", slug=f"truffle-{n}", name=f"Truffle {n}", brand="Gold", category=goods.jams)
            for n in range(PRODUCTS)
        )
        Price.objects.bulk_create(Price(product=product, regular_amount=DEAREST, amount=DEAREST) for product in made)
    return [product.pk for product in made]


def test_a_total_that_no_payment_can_hold_is_refused(rich: Client) -> None:
    response = post(rich)

    assert_refused(response, status=409, code="total_too_large")
    assert "1,009,799,999,899.02 EUR" in response.json()["detail"]
    assert not Checkout.objects.exists()
    assert rich.get("/api/cart").json()["count"] == PRODUCTS * EACH


def test_the_page_says_so_and_keeps_what_was_typed(rich: Client) -> None:
    shown: dict[str | None, str] = {"key": "key", "expected_total": "1009799999899.02"}
    status, _, text = pay(rich, shown)

    assert status == 409
    assert "more than anybody can pay at once" in text
    assert "12 Larder Lane" in text
