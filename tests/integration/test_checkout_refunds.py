"""A refund that fails after it has begun goes on by itself, and says so."""

from django.test import Client

from cart.checkout.sweeping import sweep
from cart.models import MockCharge, Order
from inventory.models import Stock
from tests.goods import Goods
from tests.integration.checkouts import AT_ONCE, assert_books_agree, buy, cart_with, on_shelf, stocked
from tests.integration.held_rows import held


def test_a_refund_whose_goods_are_locked_is_under_way_and_not_undone(goods: Goods, staff: Client) -> None:
    jam = stocked(goods)
    order_id = buy(cart_with({jam: 1})).id
    with held(lambda: Stock.objects.select_for_update().get(pk=jam)):
        page = staff.post(f"/admin/cart/order/{order_id}/refund/", {"goods": "back"}, follow=True).content

    assert b"The refund is under way" in page
    assert b"Nothing was changed" not in page
    assert Order.objects.get().status == "refunding"
    assert sweep(older_than=AT_ONCE) == 1
    assert on_shelf(jam) == (10, 0)
    assert_books_agree()


def test_a_refund_of_which_the_provider_knows_no_charge_is_no_error_of_ours(goods: Goods, staff: Client) -> None:
    order_id = buy(cart_with({stocked(goods): 1})).id
    MockCharge.objects.all().delete()

    page = staff.post(f"/admin/cart/order/{order_id}/refund/", {"goods": "back"}, follow=True)

    assert page.status_code == 200
    assert b"The refund is under way" in page.content
    assert Order.objects.get().status == "refunding"
