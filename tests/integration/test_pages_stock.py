"""What a product's page says of its stock, and whether it can be put into a cart."""

import pytest
from django.test import Client

from catalog.models import Price
from inventory.operations import adjust, receive, reserve
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.stock_rows import MINUTES

BUTTON = "Add to cart</button>"


def page(client: Client, goods: Goods) -> str:
    answer = client.get(f"/p/plum-jam-0-{goods.id}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("on_hand", "words", "can_be_had"),
    [
        (6, ">In stock</p>", True),
        (5, ">Only 5 left</p>", True),
        (1, ">Only 1 left</p>", True),
        (0, ">Sold out</p>", False),
    ],
)
def test_a_page_says_how_much_there_is(
    visitor: Client, goods: Goods, on_hand: int, words: str, can_be_had: bool
) -> None:
    if on_hand:
        receive(product_id=goods.id, quantity=on_hand, reason="test")

    text = page(visitor, goods)

    assert words in text
    assert (BUTTON in text) == can_be_had
    assert ("What else stands on this shelf" in text) == (not can_be_had)


def test_what_somebody_holds_is_not_to_be_had(visitor: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=9, reason="test")
    assert ">In stock</p>" in page(visitor, goods)

    reserve(quantities={goods.id: 7}, lasts=MINUTES)

    assert ">Only 2 left</p>" in page(visitor, goods)
    assert visitor.get(f"/api/products/{goods.id}").json()["stock"] == {"available": True, "quantity": 2}


def test_a_page_shows_what_has_just_been_written(visitor: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=9, reason="test")
    page(visitor, goods)

    adjust(product_id=goods.id, change=-9, reason="test")

    assert ">Sold out</p>" in page(visitor, goods)
    assert visitor.get(f"/api/products/{goods.id}").json()["stock"] == {"available": False, "quantity": 0}


def test_what_has_no_price_can_t_be_put_into_a_cart(visitor: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=9, reason="test")
    with announced_changes():
        Price.objects.filter(product_id=goods.id).delete()

    text = page(visitor, goods)

    assert "Not for sale yet" in text
    assert BUTTON not in text
