"""Customers are deleted behind the counter: their carts go along, their orders stay, and history is never lost."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from cart.models import Cart, Order
from cart.operations import add, create_cart
from cart.owner import Owner
from cart.queries import get_cart
from tests.goods import Goods
from tests.integration.checkouts import buy, cart_with, stocked

Delete = Callable[[Client, User], object]


def by_its_page(staff: Client, customer: User) -> object:
    return staff.post(reverse("admin:auth_user_delete", args=[customer.pk]), {"post": "yes"})


def by_the_list(staff: Client, customer: User) -> object:
    chosen = {"action": "delete_selected", "_selected_action": [customer.pk], "post": "yes"}
    return staff.post(reverse("admin:auth_user_changelist"), chosen)


either_way = pytest.mark.parametrize("delete", [by_its_page, by_the_list])


@pytest.fixture
def customer(goods: Goods) -> User:
    return User.objects.create_user("ann@example.org")


@either_way
def test_a_customer_goes_and_the_cart_with_its_cache_entry_too(
    staff: Client, goods: Goods, customer: User, delete: Delete
) -> None:
    cart_id = create_cart(user_id=customer.pk)
    add(cart_id=cart_id, product_id=goods.id, quantity=2)
    assert get_cart(cart_id=cart_id).count == 2

    delete(staff, customer)

    assert not User.objects.filter(pk=customer.pk).exists()
    assert not Cart.objects.filter(pk=cart_id).exists()
    assert get_cart(cart_id=cart_id).count == 0


@either_way
def test_whoever_may_delete_users_needs_no_right_to_delete_carts(goods: Goods, customer: User, delete: Delete) -> None:
    create_cart(user_id=customer.pk)
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=("view_user", "delete_user")))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)

    delete(client, customer)

    assert not User.objects.filter(pk=customer.pk).exists()


@either_way
def test_whoever_may_not_delete_users_deletes_no_customer(goods: Goods, customer: User, delete: Delete) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=("view_user", "change_user")))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)

    delete(client, customer)

    assert User.objects.filter(pk=customer.pk).exists()


@either_way
def test_the_orders_of_customers_stay_though_they_named_them_alike(
    staff: Client, goods: Goods, customer: User, delete: Delete
) -> None:
    jam = stocked(goods)
    other = User.objects.create_user("bob@example.org")
    for user in (customer, other):
        buy(cart_with({jam: 1}), key="the same", owner=Owner(user.pk, ""))

    for user in (customer, other):
        delete(staff, user)

    assert Order.objects.filter(user=None, guest="", name="Ann").count() == 2
    order = Order.objects.earliest("number")
    assert staff.get(reverse("admin:cart_order_change", args=[order.pk])).status_code == 200
    assert Client().get(f"/orders/{order.pk}/").status_code == 404


@either_way
def test_whoever_has_history_is_not_deleted(staff: Client, goods: Goods, customer: User, delete: Delete) -> None:
    LogEntry.objects.create(user=customer, object_id=str(uuid4()), action_flag=2)

    delete(staff, customer)

    assert User.objects.filter(pk=customer.pk).exists()
    assert LogEntry.objects.filter(user=customer).exists()
