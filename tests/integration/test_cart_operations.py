"""The cart's writes: what they change, what they refuse, and that a refusal changes nothing."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from cart.models import Cart, CartLine
from cart.operations import (
    CartNotFoundError,
    CartWrite,
    ProductNotFoundError,
    QuantityError,
    add,
    create_cart,
    remove,
    set_quantity,
    take_out,
)
from cart.operations.lines import MOST_LINES
from cart.queries import get_cart
from catalog.models import Product
from catalog.operations import change_price, update_product
from shop.caching import provenance
from shop.caching.results import Status
from shop.caching.write_through import Outcome
from tests.goods import Goods
from tests.integration.carts import held

NOBODYS_PRODUCT = 999_999_999
HUGE = 2**70


def test_what_is_added_twice_adds_up_and_what_is_set_is_set(goods: Goods) -> None:
    cart_id = create_cart()

    add(cart_id=cart_id, product_id=goods.ids[0], quantity=2)
    add(cart_id=cart_id, product_id=goods.ids[0], quantity=3)
    add(cart_id=cart_id, product_id=goods.ids[1], quantity=1)
    set_quantity(cart_id=cart_id, product_id=goods.ids[1], quantity=7)
    set_quantity(cart_id=cart_id, product_id=goods.ids[2], quantity=4)

    assert held(cart_id) == {goods.ids[0]: 5, goods.ids[1]: 7, goods.ids[2]: 4}
    assert get_cart(cart_id=cart_id).count == 16


def test_lines_stand_in_the_order_in_which_they_were_added(goods: Goods) -> None:
    cart_id = create_cart()
    for product_id in (goods.ids[5], goods.ids[2], goods.ids[9]):
        add(cart_id=cart_id, product_id=product_id, quantity=1)

    add(cart_id=cart_id, product_id=goods.ids[5], quantity=1)

    assert [line.product_id for line in get_cart(cart_id=cart_id).lines] == [goods.ids[5], goods.ids[2], goods.ids[9]]


def test_a_write_is_in_the_cache_when_it_returns(goods: Goods) -> None:
    cart_id = create_cart()

    write = add(cart_id=cart_id, product_id=goods.id, quantity=1)

    assert write.outcome is Outcome.PUT
    assert write.version == Cart.objects.get(pk=cart_id).version
    with provenance.collected() as scope:
        assert get_cart(cart_id=cart_id).count == 1
    assert [event.status for event in scope.events] == [Status.HIT]


def test_a_line_keeps_the_price_and_the_name_of_the_moment_of_adding(goods: Goods) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=1)

    change_price(product_id=goods.id, amount=Decimal("1.11"))
    update_product(product_id=goods.id, name="Other jam")
    add(cart_id=cart_id, product_id=goods.id, quantity=1)
    set_quantity(cart_id=cart_id, product_id=goods.id, quantity=9)

    (line,) = get_cart(cart_id=cart_id).lines
    assert (line.price_when_added, line.currency) == (Decimal("3.20"), "EUR")
    assert line.name_when_added == "Plum jam 0"


def test_a_product_without_a_price_can_be_added(goods: Goods) -> None:
    cart_id = create_cart()
    Product.objects.get(pk=goods.id).price.delete()

    add(cart_id=cart_id, product_id=goods.id, quantity=1)

    (line,) = get_cart(cart_id=cart_id).lines
    assert (line.price_when_added, line.currency) == (None, "")


@pytest.mark.parametrize("quantity", [-1, 100, HUGE, -HUGE, True, 1.0, "1", None])
@pytest.mark.parametrize("change", [add, set_quantity])
def test_a_quantity_that_is_none_is_refused_by_its_name(
    goods: Goods, change: Callable[..., CartWrite], quantity: object
) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)

    with pytest.raises(QuantityError) as refused:
        change(cart_id=cart_id, product_id=goods.id, quantity=quantity)

    assert set(refused.value.message_dict) == {"quantity"}
    assert held(cart_id) == {goods.id: 3}


def test_nothing_can_be_added_zero_times(goods: Goods) -> None:
    with pytest.raises(QuantityError):
        add(cart_id=create_cart(), product_id=goods.id, quantity=0)


def test_more_than_99_pieces_of_one_do_not_add_up(goods: Goods) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=98)

    with pytest.raises(QuantityError, match="98 already"):
        add(cart_id=cart_id, product_id=goods.id, quantity=2)
    add(cart_id=cart_id, product_id=goods.id, quantity=1)

    assert held(cart_id) == {goods.id: 99}


def test_a_full_cart_takes_more_of_what_it_has_and_nothing_else(goods: Goods) -> None:
    cart_id = create_cart()
    CartLine.objects.bulk_create(
        CartLine(cart_id=cart_id, product_id=NOBODYS_PRODUCT + n, quantity=1) for n in range(MOST_LINES - 1)
    )
    add(cart_id=cart_id, product_id=goods.ids[0], quantity=1)

    with pytest.raises(QuantityError, match="100 different"):
        add(cart_id=cart_id, product_id=goods.ids[1], quantity=1)
    set_quantity(cart_id=cart_id, product_id=goods.ids[0], quantity=2)

    assert len(held(cart_id)) == MOST_LINES
    assert held(cart_id)[goods.ids[0]] == 2


@pytest.mark.parametrize("product_id", [0, -5, NOBODYS_PRODUCT, HUGE])
@pytest.mark.parametrize("change", [add, set_quantity])
def test_an_unknown_product_is_refused(goods: Goods, change: Callable[..., CartWrite], product_id: int) -> None:
    cart_id = create_cart()

    with pytest.raises(ProductNotFoundError):
        change(cart_id=cart_id, product_id=product_id, quantity=1)

    assert held(cart_id) == {}


def test_a_withdrawn_product_can_only_be_taken_out(goods: Goods) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)
    # Past the caches: the change is decided by the table, whatever they still hold.
    Product.objects.filter(pk=goods.id).update(is_published=False)

    for change in (add, set_quantity):
        with pytest.raises(ProductNotFoundError):
            change(cart_id=cart_id, product_id=goods.id, quantity=1)
    assert held(cart_id) == {goods.id: 3}

    set_quantity(cart_id=cart_id, product_id=goods.id, quantity=0)

    assert held(cart_id) == {}


@pytest.mark.parametrize("product_id", [0, -5, NOBODYS_PRODUCT, HUGE])
def test_what_is_not_there_can_be_removed(goods: Goods, product_id: int) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)

    remove(cart_id=cart_id, product_id=product_id)

    assert held(cart_id) == {goods.id: 3}


@pytest.mark.parametrize(
    "change",
    [
        partial(add, quantity=1),
        partial(set_quantity, quantity=1),
        partial(set_quantity, quantity=0),
        remove,
    ],
)
def test_a_cart_that_is_gone_is_written_by_nobody(goods: Goods, change: Callable[..., CartWrite]) -> None:
    cart_id = create_cart()
    Cart.objects.all().delete()

    with pytest.raises(CartNotFoundError):
        change(cart_id=cart_id, product_id=goods.id)


def test_what_was_bought_goes_and_what_was_added_meanwhile_stays(goods: Goods) -> None:
    cart_id = create_cart()
    for product_id, quantity in zip(goods.ids[:4], (2, 5, 3, 1), strict=True):
        add(cart_id=cart_id, product_id=product_id, quantity=quantity)

    take_out(cart_id=cart_id, quantities={goods.ids[0]: 2, goods.ids[1]: 4, goods.ids[2]: 9, NOBODYS_PRODUCT: 1})

    assert held(cart_id) == {goods.ids[1]: 1, goods.ids[3]: 1}


def test_a_change_that_is_rolled_back_from_outside_reaches_neither_table_nor_cache(goods: Goods) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)

    with transaction.atomic():
        write = add(cart_id=cart_id, product_id=goods.id, quantity=1)
        transaction.set_rollback(True)

    assert write.outcome is Outcome.PENDING
    assert held(cart_id) == {goods.id: 3}


def test_the_database_itself_refuses_quantities_and_doubled_lines(goods: Goods) -> None:
    cart_id = create_cart()
    for quantity in (0, 100):
        with pytest.raises(IntegrityError):
            CartLine.objects.create(cart_id=cart_id, product_id=goods.id, quantity=quantity)
    CartLine.objects.create(cart_id=cart_id, product_id=goods.id, quantity=1)
    with pytest.raises(IntegrityError):
        CartLine.objects.create(cart_id=cart_id, product_id=goods.id, quantity=1)


def test_a_deleted_cart_takes_its_lines_along(goods: Goods) -> None:
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cart_cart WHERE id = %s", [cart_id])

    assert CartLine.objects.count() == 0
