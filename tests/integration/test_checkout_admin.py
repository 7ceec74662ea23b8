"""Orders behind the counter: moved one step at a time, refunded once, and never written past the operations."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from cart.checkout.fulfilment import advance_orders
from cart.checkout.refunding import refund_order
from cart.checkout.sweeping import sweep
from cart.models import Checkout, Order, Payment
from cart.payments import Charge, PaymentInDoubtError
from catalog.models import Product
from inventory.models import Movement
from tests.goods import Goods
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    DECLINED,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)
from tests.integration.providers import GatedProvider, gated_provider

ORDERS = "/admin/cart/order/"
CHECKOUTS = "/admin/cart/checkout/"
CARTS = "/admin/cart/cart/"


@pytest.fixture
def provider() -> Iterator[GatedProvider]:
    with gated_provider() as gated:
        yield gated


@pytest.fixture
def order(goods: Goods) -> Order:
    jam = stocked(goods)
    return Order.objects.get(pk=buy(cart_with({jam: 2})).id)


def act(staff: Client, action: str, *orders: Order, **more: Any) -> Any:
    chosen = [str(order.pk) for order in orders]
    return staff.post(ORDERS, {"action": action, "_selected_action": chosen, **more}, follow=True)


def refund_page(order: Order) -> str:
    return reverse("admin:cart_order_refund", args=[order.pk])


def clerk_with(*codenames: str) -> Client:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    return client


def test_an_order_is_packed_sent_and_delivered_and_the_history_tells(staff: Client, order: Order) -> None:
    for action, status in (("pack", "packed"), ("send", "sent"), ("deliver", "delivered")):
        act(staff, action, order)
        order.refresh_from_db()
        assert order.status == status

    messages = [entry.get_change_message() for entry in LogEntry.objects.filter(object_id=str(order.pk)).order_by("id")]
    assert messages[0] == "Changed status from “placed” to “packed”."
    assert len(messages) == 3


def test_no_order_skips_a_step_or_goes_back(staff: Client, order: Order) -> None:
    page = act(staff, "deliver", order)
    assert b"0 orders are delivered now. 1 were not due for that" in page.content
    act(staff, "pack", order)
    act(staff, "pack", order)

    order.refresh_from_db()
    assert order.status == "packed"
    assert LogEntry.objects.filter(object_id=str(order.pk)).count() == 1


def test_a_refund_gives_the_money_back_and_the_goods_to_the_shelf(staff: Client, order: Order, goods: Goods) -> None:
    assert refund_page(order).encode() in staff.get(reverse("admin:cart_order_change", args=[order.pk])).content

    page = staff.post(refund_page(order), {"goods": "back"}, follow=True)

    order.refresh_from_db()
    assert b"The money was given back." in page.content
    assert order.status == "refunded"
    assert Payment.objects.get().status == Payment.Status.REFUNDED
    assert on_shelf(goods.id) == (10, 0)
    assert Movement.objects.filter(kind="returned").count() == 1
    assert_books_agree()


def test_goods_that_do_not_come_back_stay_gone(staff: Client, order: Order, goods: Goods) -> None:
    staff.post(refund_page(order), {"goods": "gone"})

    assert on_shelf(goods.id) == (8, 0)
    assert_books_agree()


def test_a_refund_that_is_sent_twice_is_made_once(staff: Client, order: Order, goods: Goods) -> None:
    staff.post(refund_page(order), {"goods": "back"})
    again = staff.post(refund_page(order), {"goods": "back"}, follow=True)

    assert f"Order {order.number} is refunded by now".encode() in again.content
    assert f"Order {order.number} is refunded".encode() in staff.get(refund_page(order)).content
    assert on_shelf(goods.id) == (10, 0)
    assert_books_agree()


def test_a_refund_asks_what_becomes_of_the_goods(staff: Client, order: Order) -> None:
    for goods in ({}, {"goods": "x"}):
        assert staff.post(refund_page(order), goods).status_code == 422

    order.refresh_from_db()
    assert order.status == "placed"


def test_a_refund_without_an_answer_is_made_by_the_sweeper(
    staff: Client, order: Order, goods: Goods, provider: GatedProvider
) -> None:
    provider.has_line = False
    page = staff.post(refund_page(order), {"goods": "back"}, follow=True)
    order.refresh_from_db()
    assert order.status == "refunding"
    assert b"does not answer" in page.content
    assert sweep(older_than=AT_ONCE) == 0
    provider.has_line = True

    assert sweep(older_than=AT_ONCE) == 1
    assert sweep(older_than=AT_ONCE) == 0

    order.refresh_from_db()
    assert order.status == "refunded"
    assert on_shelf(goods.id) == (10, 0)
    assert_books_agree()


def test_goods_come_back_once_when_two_finish_the_same_refund(
    staff: Client, order: Order, goods: Goods, provider: GatedProvider
) -> None:
    """1. A request has had its answer; 2. the sweeper has had it too, and finishes; 3. the request goes on."""
    own = provider.refund

    def refund(*, key: str) -> Charge:
        charge = own(key=key)
        provider.refund = own  # type: ignore[method-assign]
        assert sweep(older_than=AT_ONCE) == 1
        return charge

    provider.refund = refund  # type: ignore[method-assign]
    staff.post(refund_page(order), {"goods": "back"})

    assert on_shelf(goods.id) == (10, 0)
    assert_books_agree()


def test_an_order_that_is_being_refunded_is_not_packed(staff: Client, order: Order, provider: GatedProvider) -> None:
    keeper = User.objects.get(username="keeper").pk
    provider.has_line = False
    with pytest.raises(PaymentInDoubtError):
        refund_order(order_id=order.pk, takes_back=False, user_id=keeper)

    assert advance_orders(order_ids=[order.pk], to=Order.Status.PACKED, user_id=keeper) == 0


def test_who_may_only_look_moves_and_refunds_nothing(goods: Goods, order: Order) -> None:
    clerk = clerk_with("view_order", "view_checkout", "view_cart")

    act(clerk, "pack", order)

    order.refresh_from_db()
    assert order.status == "placed"
    assert clerk.post(refund_page(order), {"goods": "back"}).status_code == 403
    assert refund_page(order).encode() not in clerk.get(reverse("admin:cart_order_change", args=[order.pk])).content
    assert clerk.get(ORDERS).status_code == 200


def test_who_may_not_look_sees_nothing(goods: Goods, order: Order) -> None:
    clerk = clerk_with("view_product")

    for address in (ORDERS, CHECKOUTS, CARTS, refund_page(order), f"{ORDERS}{order.pk}/change/"):
        assert clerk.get(address).status_code == 403


def test_nothing_is_written_by_hand(staff: Client, order: Order) -> None:
    for address, row in ((ORDERS, order.pk), (CHECKOUTS, order.pk), (CARTS, Checkout.objects.get().cart_id)):
        assert staff.get(f"{address}add/").status_code == 403
        assert staff.get(f"{address}{row}/change/").status_code == 200
        assert staff.post(f"{address}{row}/change/", {"status": "delivered", "total": "1"}).status_code == 403
        assert staff.post(f"{address}{row}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("chosen", ["x", "9" * 40, "1"])
def test_a_selection_that_is_no_order_is_refused(staff: Client, order: Order, chosen: str) -> None:
    staff.raise_request_exception = False

    response = staff.post(ORDERS, {"action": "pack", "_selected_action": [chosen]})

    assert response.status_code == 400


@pytest.mark.parametrize("row", ["x", "1", "9" * 40])
def test_an_order_that_is_not_there_is_no_error_of_ours(staff: Client, goods: Goods, row: str) -> None:
    for address in (f"{ORDERS}{row}/change/", f"{CHECKOUTS}{row}/change/", f"{ORDERS}{row}/refund/"):
        assert staff.get(address).status_code in (302, 404)


def test_orders_are_found_by_number_and_email(staff: Client, order: Order) -> None:
    def found(query: str) -> list[Order]:
        return list(staff.get(ORDERS, {"q": query}).context["cl"].result_list)

    assert found(str(order.number)) == found("ann@example.org") == [order]
    assert found("99") == found("bob@example.org") == found("9" * 40) == []


@pytest.mark.parametrize("more", ["9", "9" * 5000], ids=["a digit", "thousands"])
def test_a_number_that_no_order_can_have_finds_none(staff: Client, order: Order, more: str) -> None:
    Order.objects.update(number=123_456_789_012_345_678)

    def found(query: str) -> list[Order]:
        return list(staff.get(ORDERS, {"q": query}).context["cl"].result_list)

    assert found("123456789012345678") == [order]
    assert found(f"123456789012345678{more}") == []


def test_checkouts_in_doubt_stand_first(staff: Client, goods: Goods) -> None:
    jam = stocked(goods)
    buy(cart_with({jam: 1}), key="doubt", card=CHARGED_IN_SILENCE)
    buy(cart_with({jam: 1}), key="done")

    page = staff.get(CHECKOUTS)

    assert [checkout.key for checkout in page.context["cl"].result_list] == ["doubt", "done"]
    assert b"in doubt" in page.content
    only = staff.get(CHECKOUTS, {"state__exact": "completed"}).context["cl"].result_list
    assert [checkout.key for checkout in only] == ["done"]
    by_id = staff.get(CHECKOUTS, {"q": str(only[0].pk)}).context["cl"].result_list
    assert list(by_id) == list(only)
    assert not staff.get(CHECKOUTS, {"q": "x"}).context["cl"].result_list


def test_a_cart_s_page_shows_its_lines(staff: Client, goods: Goods) -> None:
    cart_id = cart_with({goods.ids[0]: 2, goods.ids[1]: 1})

    assert b"Plum jam 1" in staff.get(f"{CARTS}{cart_id}/change/").content
    carts = staff.get(CARTS).context["cl"].result_list
    assert {cart.pk: len(cart.lines.all()) for cart in carts}[cart_id] == 2


def test_a_declined_payment_is_told_on_its_checkout(staff: Client, goods: Goods) -> None:
    with pytest.raises(Exception, match="declined"):
        buy(cart_with({stocked(goods): 1}), card=DECLINED)

    page = staff.get(f"{CHECKOUTS}{Checkout.objects.get().pk}/change/").content

    assert b"card declined" in page


def test_what_a_shopper_has_written_is_shown_as_text(staff: Client, goods: Goods) -> None:
    hostile = "<script>alert(1)</script>"
    Product.objects.filter(pk=goods.id).update(name=hostile)
    cart_id = cart_with({stocked(goods): 1})
    order_id = buy(cart_id, name=hostile, address=f"{hostile}\nhere").id
    cart_with({goods.id: 1})

    for address in (ORDERS, CHECKOUTS, f"{ORDERS}{order_id}/change/", f"{CHECKOUTS}{order_id}/change/"):
        page = staff.get(address).content
        assert b"alert(1)" in page
        assert hostile.encode() not in page
    for address in (f"{ORDERS}{order_id}/refund/", f"{CARTS}{cart_id + 1}/change/"):
        assert hostile.encode() not in staff.get(address).content


@pytest.mark.parametrize("typed", ["ann@example.org", "Ann@Example.ORG", "  ANN@EXAMPLE.ORG "])
def test_staff_find_an_order_by_its_email_however_it_is_written(staff: Client, order: Order, typed: str) -> None:
    Order.objects.update(email="Ann@example.org")

    found = staff.get("/admin/cart/order/", {"q": typed}).content.decode()
    other = staff.get("/admin/cart/order/", {"q": f"x{typed.strip()}"}).content.decode()

    assert str(order.pk) in found
    assert str(order.pk) not in other
