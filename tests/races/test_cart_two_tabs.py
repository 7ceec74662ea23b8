"""Two tabs put something into one cart at once. The race without the lock on the cart:

1. the first tab reads that there is one piece, and means to write two
2. the second tab reads that there is one piece, and means to write two
3. both write two: one was lost
"""

import pytest

from cart.operations import add, carts, create_cart, lines, set_quantity
from catalog.queries import get_product
from catalog.snapshots import ProductSnapshot
from tests.goods import Goods
from tests.integration.carts import held
from tests.races.actors import Stage, interleavings, point


def product_after_a_stop(*, product_id: int) -> ProductSnapshot | None:
    """An operation asks for the product when it has read the line, and has not written it."""
    point("between reading and writing")
    return get_product(product_id=product_id)


def add_one(cart_id: int, product_id: int) -> None:
    point("begin")
    add(cart_id=cart_id, product_id=product_id, quantity=1)


def set_five(cart_id: int, product_id: int) -> None:
    point("begin")
    set_quantity(cart_id=cart_id, product_id=product_id, quantity=5)


@pytest.mark.parametrize("locked", [True, False], ids=["with the cart locked", "control: without"])
def test_two_tabs_that_add_at_once_both_count(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    if not locked:
        monkeypatch.setattr(carts, "locked_cart", lambda *, cart_id: cart_id)
    monkeypatch.setattr(lines, "get_product", product_after_a_stop)
    came_to = set()

    for order in interleavings({"one": 2, "other": 2}, most=20):
        cart_id = create_cart()
        add(cart_id=cart_id, product_id=goods.id, quantity=1)
        stage.play({tab: lambda: add_one(cart_id, goods.id) for tab in ("one", "other")}, order)  # noqa: B023
        came_to.add(held(cart_id)[goods.id])

    assert (came_to == {3}) is locked
    assert locked or 2 in came_to


def test_a_tab_that_adds_and_one_that_sets_leave_what_one_after_the_other_would(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "get_product", product_after_a_stop)

    for order in interleavings({"adds": 2, "sets": 2}, most=20):
        cart_id = create_cart()
        stage.play(
            {"adds": lambda: add_one(cart_id, goods.id), "sets": lambda: set_five(cart_id, goods.id)},  # noqa: B023
            order,
        )

        assert held(cart_id)[goods.id] in (5, 6)
