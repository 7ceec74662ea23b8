"""One cart is paid once, however many windows and keys there are."""

from typing import Any

import pytest

from cart.checkout import (
    CartEmptyError,
    CheckoutInProgressError,
    settle_due,
)
from cart.checkout.sync_points import Point
from cart.models import Checkout, MockCharge, Order
from cart.operations import create_cart, merge_carts, set_quantity
from cart.owner import Owner
from cart.queries import get_cart
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    assert_books_agree,
    buy,
    cart_with,
    stocked,
)


def test_a_second_window_can_t_pay_for_the_same_cart_meanwhile(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    refused: list[str] = []

    def second_window(point: str) -> None:
        if point == "charged":
            with pytest.raises(CheckoutInProgressError):
                buy(cart_id, key="of the second window")
            refused.append(point)

    monkeypatch.setattr("cart.checkout.sync_points.hook", second_window)
    buy(cart_id)

    assert refused
    assert Order.objects.count() == 1
    assert_books_agree()


def test_a_cart_that_merged_while_its_payment_is_in_doubt_is_not_paid_again(
    goods: Goods, django_user_model: Any
) -> None:
    jam = stocked(goods)
    guest_cart = cart_with({jam: 1})
    cat = Owner(django_user_model.objects.create_user("cat").pk)
    create_cart(user_id=cat.user_id)
    buy(guest_cart, card=CHARGED_IN_SILENCE)
    cart_id = merge_carts(guest_cart_id=guest_cart, user_id=cat.user_id or 0).cart_id

    with pytest.raises(CheckoutInProgressError):
        buy(cart_id, key="after the login", owner=cat)

    settle_due(older_than=AT_ONCE)
    assert Order.objects.count() == 1
    assert get_cart(cart_id=cart_id).lines == ()
    with pytest.raises(CartEmptyError):
        buy(cart_id, key="after the login", owner=cat)


@pytest.mark.parametrize("customer_has_a_cart", [True, False])
def test_a_guest_s_request_on_its_way_does_not_pay_for_the_cart_of_who_has_logged_in_meanwhile(
    goods: Goods, django_user_model: Any, monkeypatch: pytest.MonkeyPatch, customer_has_a_cart: bool
) -> None:
    jam = stocked(goods, 50)
    guest_cart = cart_with({jam: 1})
    cat = Owner(django_user_model.objects.create_user("cat").pk)
    if customer_has_a_cart:
        set_quantity(cart_id=create_cart(user_id=cat.user_id), product_id=jam, quantity=40)

    def another_window_logs_in(point: Point) -> None:
        if point is Point.RECORDED:
            monkeypatch.undo()
            together(lambda: merge_carts(guest_cart_id=guest_cart, user_id=cat.user_id or 0))

    monkeypatch.setattr("cart.checkout.sync_points.hook", another_window_logs_in)
    with pytest.raises(CheckoutInProgressError):
        buy(guest_cart)

    assert not MockCharge.objects.exists()
    assert not Checkout.objects.exists()
    order = buy(create_cart(user_id=cat.user_id), owner=cat).order
    assert order is not None
    assert Order.objects.get().user_id == cat.user_id
    assert_books_agree()
