"""What somebody types who checks out: refused by its field, kept as it is meant, and the card's number nowhere."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cart.checkout import InvalidCardError, settle_due
from cart.models import Checkout, Order, Payment
from tests.goods import Goods
from tests.integration.checkouts import (
    AT_ONCE,
    GOOD_CARD,
    NEVER_ARRIVES,
    buy,
    cart_with,
    stocked,
)


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
        ("name", "\u200b"),
        ("address", "\u200b \u2060\n\ufeff"),
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


def test_a_request_that_is_repeated_after_the_card_s_month_gets_its_order(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    month = f"{timezone.now():%m/%y}"
    first = buy(cart_id, expires=month)
    never_made = cart_with({jam: 1})
    buy(never_made, key="never made", card=NEVER_ARRIVES, expires=month)
    settle_due(older_than=AT_ONCE)
    later = timezone.now() + timedelta(days=32)
    monkeypatch.setattr("cart.checkout.request.timezone.now", lambda: later)

    assert first.order is not None
    assert buy(cart_id, expires=month) == first
    for key in ("another", "never made"):
        with pytest.raises(InvalidCardError):
            buy(never_made, key=key, card=NEVER_ARRIVES, expires=month)


def test_a_month_that_is_over_is_told_with_all_else_that_is_wrong(goods: Goods) -> None:
    with pytest.raises(ValidationError) as refused:
        buy(cart_with({stocked(goods): 1}), name="", expires="01/20")

    assert set(refused.value.message_dict) == {"name", "expires"}
