"""Somebody writes stock by hand while it is held: the goods are had again, or the money goes back."""

from typing import Any

import pytest

from cart.checkout import GoodsShortError, settle_due
from cart.checkout.sync_points import Point
from cart.models import Checkout, MockCharge, Order
from inventory.models import Stock
from tests.goods import Goods
from tests.integration.checkouts import AT_ONCE, CHARGED_IN_SILENCE, buy, cart_with, on_shelf, stocked
from tests.integration.providers import GatedProvider


def forget_holds(product_id: int) -> None:
    """Somebody at psql."""
    Stock.objects.filter(product_id=product_id).update(held=0)


def test_goods_whose_hold_stock_knows_nothing_of_are_had_again(goods: Goods) -> None:
    buy(cart_with({stocked(goods): 1}), card=CHARGED_IN_SILENCE)
    forget_holds(goods.id)

    assert settle_due(older_than=AT_ONCE) == 1

    assert Order.objects.get().status == "placed"
    assert on_shelf(goods.id) == (9, 0)


def test_goods_whose_hold_stock_knows_nothing_of_and_that_are_gone_are_paid_back(goods: Goods) -> None:
    buy(cart_with({stocked(goods): 1}), card=CHARGED_IN_SILENCE)
    Stock.objects.filter(product_id=goods.id).update(held=0, on_hand=0)

    assert settle_due(older_than=AT_ONCE) == 1

    assert Checkout.objects.get().state == "refunded"
    assert MockCharge.objects.get().status == "refunded"


def test_who_pays_while_somebody_writes_stock_by_hand_gets_an_order(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = stocked(goods)

    def by_hand(point: Point) -> None:
        if point is Point.CHARGED:
            forget_holds(jam)

    monkeypatch.setattr("cart.checkout.sync_points.hook", by_hand)

    assert buy(cart_with({jam: 1})).order is not None


def test_who_pays_for_goods_that_are_gone_hears_so_though_the_provider_can_t_find_the_charge(
    goods: Goods, provider: GatedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = stocked(goods)

    def by_hand(point: Point) -> None:
        if point is Point.CHARGED:
            Stock.objects.filter(product_id=jam).update(held=0, on_hand=0)

    monkeypatch.setattr("cart.checkout.sync_points.hook", by_hand)
    provider.refund = _finds_nothing  # type: ignore[method-assign]
    with pytest.raises(GoodsShortError) as refused:
        buy(cart_with({jam: 1}))
    assert refused.value.was_charged
    assert settle_due(older_than=AT_ONCE) == 0
    del provider.refund

    assert settle_due(older_than=AT_ONCE) == 1
    assert Checkout.objects.get().state == "refunded"


def _finds_nothing(*, key: str) -> Any:
    raise LookupError(f"there is no charge {key!r}")
