"""At login a guest's cart goes into the customer's: nothing is doubled, however often it is done, nor lost untold."""

import os
from collections import Counter
from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cart.models import Cart, CartLine
from cart.operations import CartMerge, add, create_cart, merge_carts, remove, set_quantity
from cart.operations.merging import MOST_MERGED_LINES
from tests.goods import Goods
from tests.integration.carts import held

EXAMPLES = 200 if os.environ.get("FULL") == "1" else 25
NOBODYS_PRODUCT = 999_999_999
# Numbers of jams, and how many of each.
CARTS = st.dictionaries(st.integers(0, 5), st.integers(1, 99), max_size=6)


@pytest.fixture
def customer(transactional_db: None) -> int:
    return User.objects.create_user("ann").pk


def filled(quantities: Mapping[int, int], goods: Goods, *, user_id: int | None = None) -> int:
    cart_id = create_cart(user_id=user_id)
    for number, quantity in quantities.items():
        set_quantity(cart_id=cart_id, product_id=goods.ids[number], quantity=quantity)
    return cart_id


def added_up(*carts: Mapping[int, int]) -> dict[int, int]:
    """What must come out, by the plainest way to say it."""
    return {number: min(99, sum(cart.get(number, 0) for cart in carts)) for cart in carts for number in cart}


def pieces_of(quantities: Mapping[int, int], goods: Goods) -> Counter[int]:
    return Counter({goods.ids[number]: quantity for number, quantity in quantities.items()})


def pieces_told(merge: CartMerge) -> Counter[int]:
    """How many of each product the merge says that it has left out."""
    return Counter({goods.product_id: goods.pieces for goods in merge.left_out})


@given(guest=CARTS, own=st.none() | CARTS, times=st.integers(1, 3))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_quantities_add_up_to_at_most_99_and_a_second_merge_adds_nothing(
    goods: Goods, guest: dict[int, int], own: dict[int, int] | None, times: int
) -> None:
    user_id = User.objects.create_user(f"user-{User.objects.count()}").pk
    own_id = None if own is None else filled(own, goods, user_id=user_id)
    guest_id = filled(guest, goods)

    merges = [merge_carts(guest_cart_id=guest_id, user_id=user_id) for _ in range(times)]

    assert {merge.cart_id for merge in merges} == {guest_id if own_id is None else own_id}
    cart_id = merges[0].cart_id
    assert pieces_told(merges[0]) + Counter(held(cart_id)) == pieces_of(own or {}, goods) + pieces_of(guest, goods)
    assert not any(merge.left_out for merge in merges[1:])
    expected = {goods.ids[number]: quantity for number, quantity in added_up(own or {}, guest).items()}
    assert held(cart_id) == expected
    if own_id is not None:
        assert held(guest_id) == {}
        assert Cart.objects.get(pk=guest_id).merged_into_id == own_id
    assert list(Cart.objects.filter(user_id=user_id).values_list("id", flat=True)) == [cart_id]


def test_a_customer_without_a_cart_gets_the_guests_or_a_new_one(goods: Goods, customer: int) -> None:
    other = User.objects.create_user("bob").pk
    guest_id = filled({0: 2}, goods)

    assert merge_carts(guest_cart_id=guest_id, user_id=customer).cart_id == guest_id
    made = merge_carts(guest_cart_id=None, user_id=other).cart_id

    assert Cart.objects.get(pk=guest_id).user_id == customer
    assert Cart.objects.get(pk=made).user_id == other
    assert held(made) == {}


def test_a_merged_line_keeps_the_customers_price_and_one_that_moves_keeps_its_own(goods: Goods, customer: int) -> None:
    own = filled({0: 1}, goods, user_id=customer)
    CartLine.objects.filter(cart_id=own).update(price_when_added="1.00")
    guest = filled({0: 1, 1: 1}, goods)
    CartLine.objects.filter(cart_id=guest).update(price_when_added="2.00", name_when_added="Seen by the guest")

    merge_carts(guest_cart_id=guest, user_id=customer)

    lines = {line.product_id: line for line in CartLine.objects.filter(cart_id=own)}
    assert (str(lines[goods.ids[0]].price_when_added), lines[goods.ids[0]].quantity) == ("1.00", 2)
    assert str(lines[goods.ids[1]].price_when_added) == "2.00"
    assert lines[goods.ids[1]].name_when_added == "Seen by the guest"


def test_the_cart_of_another_customer_is_left_alone(goods: Goods, customer: int) -> None:
    other = User.objects.create_user("bob").pk
    theirs = filled({0: 5}, goods, user_id=other)

    own = merge_carts(guest_cart_id=theirs, user_id=customer).cart_id

    assert own != theirs
    assert held(own) == {}
    assert held(theirs) == {goods.ids[0]: 5}
    assert Cart.objects.get(pk=theirs).user_id == other


def test_a_guests_cart_that_went_to_one_customer_does_not_go_to_another(goods: Goods, customer: int) -> None:
    other = User.objects.create_user("bob").pk
    filled({1: 1}, goods, user_id=customer)
    guest = filled({0: 5}, goods)
    merge_carts(guest_cart_id=guest, user_id=customer)

    own = merge_carts(guest_cart_id=guest, user_id=other).cart_id

    assert held(own) == {}


def test_a_tab_that_still_has_the_guests_cart_writes_into_the_customers(goods: Goods, customer: int) -> None:
    own = filled({0: 1}, goods, user_id=customer)
    guest = filled({1: 1}, goods)
    merge_carts(guest_cart_id=guest, user_id=customer)

    write = add(cart_id=guest, product_id=goods.ids[0], quantity=1)
    set_quantity(cart_id=guest, product_id=goods.ids[2], quantity=4)
    remove(cart_id=guest, product_id=goods.ids[1])

    assert write.cart_id == own
    assert held(own) == {goods.ids[0]: 2, goods.ids[2]: 4}
    assert held(guest) == {}


def test_a_guests_cart_stands_for_itself_again_when_the_customer_is_deleted(goods: Goods, customer: int) -> None:
    own = filled({0: 1}, goods, user_id=customer)
    guest = filled({1: 1}, goods)
    merge_carts(guest_cart_id=guest, user_id=customer)

    User.objects.get(pk=customer).delete()
    write = add(cart_id=guest, product_id=goods.ids[2], quantity=4)

    assert not Cart.objects.filter(pk=own).exists()
    assert write.cart_id == guest
    assert held(guest) == {goods.ids[2]: 4}
    assert merge_carts(guest_cart_id=guest, user_id=User.objects.create_user("bob").pk).cart_id == guest


def test_five_full_carts_fit_into_one_and_of_the_next_every_line_is_named(goods: Goods, customer: int) -> None:
    own = create_cart(user_id=customer)
    for turn in range(6):
        guest = create_cart()
        brought = {NOBODYS_PRODUCT + 100 * turn + n: n + 1 - n // 99 for n in range(100)}
        CartLine.objects.bulk_create(
            CartLine(cart_id=guest, product_id=product_id, quantity=quantity, name_when_added=f"Jam {product_id}")
            for product_id, quantity in brought.items()
        )

        merge = merge_carts(guest_cart_id=guest, user_id=customer)

        assert len(held(own)) == min(100 * (turn + 1), MOST_MERGED_LINES)
        assert pieces_told(merge) == (brought if turn == 5 else {})
        assert [(told.name, told.kept) for told in merge.left_out[:1]] == (
            [(f"Jam {NOBODYS_PRODUCT + 500}", 0)] if turn == 5 else []
        )


def test_a_guests_cart_that_is_gone_is_no_reason_to_have_none(goods: Goods, customer: int) -> None:
    guest = create_cart()
    Cart.objects.filter(pk=guest).delete()

    own = merge_carts(guest_cart_id=guest, user_id=customer).cart_id

    assert Cart.objects.get(pk=own).user_id == customer
