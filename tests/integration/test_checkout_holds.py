"""A hold runs out while its payment is in doubt: the goods are had once more, or the money goes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cart.checkout import GoodsShortError, settle_due
from cart.models import Checkout, Order, Payment
from cart.queries import get_cart
from inventory.models import Reservation
from inventory.operations import adjust, expire_due
from tests.goods import Goods
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    status_of,
    stocked,
)
from tests.integration.providers import GatedProvider


def let_holds_run_out(*, given_back: bool) -> None:
    Reservation.objects.filter(status="open").update(expires_at=timezone.now() - timedelta(seconds=1))
    if given_back:
        assert expire_due() == 1


@pytest.mark.parametrize("given_back", [False, True], ids=["time is up", "given back"])
def test_a_hold_that_ran_out_is_had_again_if_the_goods_are_there(goods: Goods, given_back: bool) -> None:
    jam = stocked(goods, 2)
    buy(cart_with({jam: 2}), card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=given_back)

    settle_due(older_than=AT_ONCE)

    assert Order.objects.get().status == "placed"
    assert on_shelf(jam) == (0, 0)
    assert_books_agree()


def test_a_hold_that_ran_out_and_is_gone_is_paid_back(goods: Goods) -> None:
    jam = stocked(goods, 2)
    cart_id = cart_with({jam: 2})
    buy(cart_id, card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=True)
    adjust(product_id=jam, change=-1, reason="a broken glass")

    assert settle_due(older_than=AT_ONCE) == 1

    for _ in range(2):
        with pytest.raises(GoodsShortError) as refused:
            buy(cart_id, card=CHARGED_IN_SILENCE)
        assert refused.value.was_charged
        assert [(one.name, one.wanted, one.available) for one in refused.value.short] == [("Plum jam 0", 2, 1)]
    assert not Order.objects.exists()
    assert status_of(Checkout.objects.get()) == "refunded"
    assert Payment.objects.get().status == Payment.Status.REFUNDED
    assert get_cart(cart_id=cart_id).count == 2
    assert on_shelf(jam) == (1, 0)
    assert_books_agree()


def test_a_refund_that_got_no_answer_is_made_later(goods: Goods, provider: GatedProvider) -> None:
    jam = stocked(goods, 1)
    buy(cart_with({jam: 1}), card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=True)
    adjust(product_id=jam, change=-1, reason="a broken glass")
    provider.refund = _is_silent(provider)  # type: ignore[method-assign]

    assert settle_due(older_than=AT_ONCE) == 0
    assert status_of(Checkout.objects.get()) == "refunding"
    provider.has_line = True
    assert settle_due(older_than=AT_ONCE) == 1

    assert status_of(Checkout.objects.get()) == "refunded"
    assert_books_agree()


def _is_silent(provider: GatedProvider) -> Any:
    """A refund whose answer is lost, though it was made."""
    refund = provider.refund

    def silent(*, key: str) -> Any:
        refund(key=key)
        del provider.refund
        provider.has_line = False
        return provider.refund(key=key)

    return silent
