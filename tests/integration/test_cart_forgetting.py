"""Carts that nobody has touched for 30 days go, and what is cached of them with them."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from cart.models import Cart, CartLine
from cart.operations import add, create_cart, delete_forgotten_carts, remove
from cart.queries import get_cart
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.at_once import together


def untouched_for(days: float, *cart_ids: int) -> None:
    with announced_changes():
        Cart.objects.filter(pk__in=cart_ids).update(touched_at=timezone.now() - timedelta(days=days))


def test_a_cart_goes_after_30_days_from_the_table_and_from_the_cache(goods: Goods) -> None:
    old, young = create_cart(), create_cart()
    for cart_id in (old, young):
        add(cart_id=cart_id, product_id=goods.id, quantity=2)
    untouched_for(30.01, old)
    untouched_for(29.99, young)
    assert get_cart(cart_id=old).count == 2

    assert delete_forgotten_carts() == 1

    assert get_cart(cart_id=old).count == 0
    assert get_cart(cart_id=young).count == 2
    assert set(CartLine.objects.values_list("cart_id", flat=True)) == {young}


def test_every_change_keeps_a_cart_for_another_30_days(goods: Goods) -> None:
    cart_id = create_cart()
    untouched_for(40, cart_id)

    remove(cart_id=cart_id, product_id=goods.id)

    assert delete_forgotten_carts() == 0


def test_many_go_in_batches_and_no_more_than_asked_for(goods: Goods) -> None:
    Cart.objects.bulk_create(Cart() for _ in range(1203))
    untouched_for(31, *Cart.objects.values_list("id", flat=True))

    assert delete_forgotten_carts(limit=3) == 3
    assert delete_forgotten_carts() == 1200
    assert delete_forgotten_carts() == 0


def test_a_cart_that_somebody_is_writing_into_is_kept(goods: Goods) -> None:
    busy, idle = create_cart(), create_cart()
    untouched_for(31, busy, idle)
    connection.set_autocommit(False)
    try:
        Cart.objects.select_for_update().get(pk=busy)
        together(delete_forgotten_carts)
    finally:
        connection.rollback()
        connection.set_autocommit(True)

    assert list(Cart.objects.values_list("id", flat=True)) == [busy]
