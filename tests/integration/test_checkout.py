"""A cart becomes an order: what is charged, what leaves shelf and cart, and every way in which it is refused."""

from decimal import Decimal

import pytest

from cart.checkout import (
    CartEmptyError,
    GoodsShortError,
    PaymentDeclinedError,
    PriceChangedError,
)
from cart.models import Cart, Checkout, Payment
from cart.operations import set_quantity
from cart.owner import Owner
from cart.payments.bank_books import BankBooks
from cart.queries import get_cart
from catalog.models import Price, Product
from inventory.models import Reservation
from inventory.queries import get_stock
from tests.goods import Goods
from tests.integration.checkouts import (
    ANN,
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


def test_free_goods_are_an_order_too(goods: Goods) -> None:
    jam = stocked(goods)
    Price.objects.filter(pk=jam).update(amount=0)

    order = buy(cart_with({jam: 1}), owner=ANN).order

    assert order is not None
    assert order.total == 0
