"""A cart becomes an order: what is charged, what leaves shelf and cart, and every way in which it is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cart.checkout import (
    CartEmptyError,
    CheckoutInProgressError,
    GoodsShortError,
    InvalidCardError,
    PaymentDeclinedError,
    PriceChangedError,
    settle_due,
)
from cart.models import Cart, Checkout, Order, Payment
from cart.operations import create_cart, merge_carts, set_quantity
from cart.owner import Owner
from cart.payments.bank_books import BankBooks
from cart.queries import get_cart
from catalog.models import Price, Product
from inventory.models import Reservation
from inventory.queries import get_stock
from tests.goods import Goods
from tests.integration.checkouts import (
    ANN,
    AT_ONCE,
    CHARGED_IN_SILENCE,
    DECLINED,
    GOOD_CARD,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)


def test_a_cart_becomes_an_order_and_leaves_shelf_and_cart(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 3})

    order = buy(cart_id, expected_total=Decimal("9.60")).order

    assert order is not None
    assert (order.status, order.total, order.currency, order.card_last4) == ("placed", Decimal("9.60"), "EUR", "4242")
    assert [(line.name, line.quantity, line.total) for line in order.lines] == [("Plum jam 0", 3, Decimal("9.60"))]
    assert order.address == "1 Pantry Lane\nLarderton"
    assert on_shelf(jam) == (7, 0)
    assert get_stock(product_id=jam).available == 7
    assert get_cart(cart_id=cart_id).lines == ()
    assert_books_agree()


def test_an_order_s_number_rises_and_its_id_is_its_checkout_s(goods: Goods) -> None:
    jam = stocked(goods)

    first, second = (buy(cart_with({jam: 1}), key=key) for key in ("1", "2"))

    assert first.order is not None
    assert second.order is not None
    assert second.order.number == (first.order.number or 0) + 1
    assert first.id == first.order.id == Checkout.objects.get(key="1").pk


def test_what_is_added_while_it_is_paid_stays_in_the_cart(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    jam, other = stocked(goods), goods.ids[1]
    cart_id = cart_with({jam: 2})

    def add_more(point: str) -> None:
        if point == "charged":
            set_quantity(cart_id=cart_id, product_id=jam, quantity=5)
            set_quantity(cart_id=cart_id, product_id=other, quantity=1)

    monkeypatch.setattr("cart.checkout.sync_points.hook", add_more)
    buy(cart_id)

    assert {line.product_id: line.quantity for line in get_cart(cart_id=cart_id).lines} == {jam: 3, other: 1}


@pytest.mark.parametrize("known", [False, True], ids=["no cart", "an empty cart"])
def test_nothing_can_be_bought_with_an_empty_cart(goods: Goods, known: bool) -> None:
    with pytest.raises(CartEmptyError):
        buy(cart_with({}) if known else None)

    assert not Checkout.objects.exists()


def test_a_cart_that_is_gone_is_an_empty_cart(goods: Goods) -> None:
    cart_id = cart_with({goods.id: 1})
    Cart.objects.all().delete()

    with pytest.raises(CartEmptyError):
        buy(cart_id)


def test_who_is_nobody_buys_nothing(goods: Goods) -> None:
    with pytest.raises(CartEmptyError):
        buy(cart_with({stocked(goods): 1}), owner=Owner(None))


def test_goods_that_ran_short_are_named_and_the_key_stays_free(goods: Goods) -> None:
    jam = stocked(goods, 2)
    cart_id = cart_with({jam: 3, goods.ids[1]: 1})

    with pytest.raises(GoodsShortError) as refused:
        buy(cart_id)

    assert [(one.product_id, one.name, one.wanted, one.available) for one in refused.value.short] == [
        (jam, "Plum jam 0", 3, 2),
        (goods.ids[1], "Plum jam 1", 1, 0),
    ]
    assert on_shelf(jam) == (2, 0)
    assert not Checkout.objects.exists()
    set_quantity(cart_id=cart_id, product_id=jam, quantity=2)
    set_quantity(cart_id=cart_id, product_id=goods.ids[1], quantity=0)
    assert buy(cart_id).order is not None


@pytest.mark.parametrize("gone", ["withdrawn", "without a price", "in another currency"])
def test_goods_that_are_not_sold_any_more_are_named(goods: Goods, gone: str) -> None:
    jam, other = stocked(goods), goods.ids[1]
    cart_id = cart_with({jam: 1, other: 2})
    match gone:
        case "withdrawn":
            Product.objects.filter(pk=other).update(is_published=False)
        case "without a price":
            Price.objects.filter(pk=other).delete()
        case _:
            Price.objects.filter(pk=other).update(currency="NOK")

    with pytest.raises(GoodsShortError) as refused:
        buy(cart_id)

    assert [(one.product_id, one.wanted, one.available) for one in refused.value.short] == [(other, 2, 0)]
    assert on_shelf(jam) == (10, 0)


def test_a_price_that_changed_is_told_with_both_totals_and_nothing_is_charged(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    # Past every cache, as psql would: what decides is the row.
    Price.objects.filter(pk=jam).update(amount=Decimal("4.00"))

    with pytest.raises(PriceChangedError) as refused:
        buy(cart_id, expected_total=Decimal("6.40"))

    assert refused.value.more == {"expected_total": "6.40", "total": "8.00", "currency": "EUR"}
    assert BankBooks().balance() == 0
    assert on_shelf(jam) == (10, 0)
    assert buy(cart_id, expected_total=Decimal("8.00")).order is not None


def test_without_an_expected_total_it_costs_what_it_costs(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    Price.objects.filter(pk=jam).update(amount=Decimal("4.00"))

    order = buy(cart_id).order

    assert order is not None
    assert order.total == Decimal("8.00")


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (DECLINED, "card_declined"),
        ("4000000000000069", "expired_card"),
        ("4000000000009995", "insufficient_funds"),
    ],
)
def test_a_card_that_is_declined_says_why_and_costs_nothing(goods: Goods, card: str, reason: str) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    for _ in range(2):
        with pytest.raises(PaymentDeclinedError) as refused:
            buy(cart_id, card=card)
        assert refused.value.reason == reason

    assert on_shelf(jam) == (10, 0)
    assert get_cart(cart_id=cart_id).count == 2
    assert Payment.objects.get().status == Payment.Status.DECLINED
    assert Reservation.objects.get().status == Reservation.Status.RELEASED
    assert buy(cart_id, key="another", card=GOOD_CARD).order is not None
    assert_books_agree()


@pytest.mark.parametrize(
    ("card", "expires", "field"),
    [
        ("", "", "card"),
        ("4242", "", "card"),
        ("4242424242424241", "", "card"),
        ("4242424242424242424242", "", "card"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "", "card"),
        ("4242 4242 4242 4242 x", "", "card"),
        (GOOD_CARD, "13/40", "expires"),
        (GOOD_CARD, "soon", "expires"),
        (GOOD_CARD, "01/20", "expires"),
    ],
)
def test_what_can_t_be_a_card_is_refused_before_anything_is_written(
    goods: Goods, card: str, expires: str, field: str
) -> None:
    cart_id = cart_with({stocked(goods): 1})

    with pytest.raises(InvalidCardError) as refused:
        buy(cart_id, card=card, expires=expires)

    assert refused.value.field == field
    assert not card or card not in str(refused.value)
    assert not Checkout.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "ann"),
        ("email", "a" * 250 + "@example.org"),
        ("name", "   "),
        ("name", "x" * 121),
        ("name", "An\x00n"),
        ("name", "An\nn"),
        ("address", ""),
        ("address", "x" * 501),
        ("address", "a\x07b"),
        ("address", "\ud800"),
        ("expected_total", Decimal(-1)),
        ("expected_total", Decimal("NaN")),
    ],
)
def test_what_can_t_be_right_is_refused_by_its_field(goods: Goods, field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        buy(cart_with({stocked(goods): 1}), **{field: value})

    assert set(refused.value.message_dict) == {field}


def test_all_that_is_wrong_is_told_at_once(goods: Goods) -> None:
    with pytest.raises(ValidationError) as refused:
        buy(None, email="ann", name="", card="1")

    assert set(refused.value.message_dict) == {"email", "name", "card"}


def test_texts_are_kept_without_the_space_around_them(goods: Goods) -> None:
    order = buy(cart_with({stocked(goods): 1}), name="  Ann ", address=" 1 Lane\r\nTown\n").order

    assert order is not None
    assert (order.name, order.address) == ("Ann", "1 Lane\nTown")


def test_the_number_of_a_card_is_stored_nowhere(goods: Goods) -> None:
    buy(cart_with({stocked(goods): 1}))

    for rows in (Checkout.objects.values_list(), Payment.objects.values_list(), Order.objects.values_list()):
        assert "4242424242424242" not in str(list(rows))


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


def test_free_goods_are_an_order_too(goods: Goods) -> None:
    jam = stocked(goods)
    Price.objects.filter(pk=jam).update(amount=0)

    order = buy(cart_with({jam: 1}), owner=ANN).order

    assert order is not None
    assert order.total == 0
