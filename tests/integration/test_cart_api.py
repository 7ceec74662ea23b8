"""The cart's addresses: what they answer and what they refuse."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cart.models import Cart
from catalog.operations import change_price, update_product
from inventory.operations import receive
from shop.visitors.models import Session
from tests.goods import Goods
from tests.integration.carts import rows_of

JSON = "application/json"
EMPTY = {"items": [], "count": 0, "total": {"amount": "0.00", "currency": "EUR"}}
HUGE = 10**40


def put(client: Client, product_id: object, body: object) -> Any:
    return client.put(f"/api/cart/items/{product_id}", json.dumps(body), content_type=JSON)


def delete(client: Client, product_id: object) -> Any:
    return client.delete(f"/api/cart/items/{product_id}")


def test_a_cart_is_empty_for_who_has_put_nothing_into_it_and_makes_no_session(visitor: Client) -> None:
    answer = visitor.get("/api/cart")

    assert answer.json() == EMPTY
    assert not answer.cookies
    assert not Cart.objects.exists()


def test_what_is_put_is_in_the_answer_and_in_the_next_one(goods: Goods, visitor: Client) -> None:
    receive(product_id=goods.id, quantity=40, reason="for the test")

    answered = put(visitor, goods.id, {"quantity": 2})
    read = visitor.get("/api/cart")

    assert answered.status_code == 200
    assert read.json() == answered.json()
    assert read.json() == {
        "items": [
            {
                "product": {
                    "id": goods.id,
                    "name": "Plum jam 0",
                    "slug": "plum-jam-0",
                    "brand": "Orchard 0",
                    "category": {"id": goods.jams.pk, "slug": "jams", "name": "Jams"},
                },
                "quantity": 2,
                "price": {
                    "amount": "3.20",
                    "currency": "EUR",
                    "regular_amount": "4.50",
                    "on_sale": True,
                    "sale_ends_at": None,
                },
                "total": {"amount": "6.40", "currency": "EUR"},
                "stock": {"available": True, "quantity": 40},
                "notices": [],
            }
        ],
        "count": 2,
        "total": {"amount": "6.40", "currency": "EUR"},
    }


def test_putting_is_absolute_and_zero_takes_out(goods: Goods, visitor: Client) -> None:
    for quantity in (5, 5, 3):
        assert put(visitor, goods.id, {"quantity": quantity}).json()["count"] == quantity

    assert put(visitor, goods.id, {"quantity": 0}).json() == EMPTY
    assert visitor.get("/api/cart").json() == EMPTY


def test_deleting_answers_the_cart_also_of_what_is_not_there(goods: Goods, visitor: Client) -> None:
    put(visitor, goods.ids[0], {"quantity": 1})
    put(visitor, goods.ids[1], {"quantity": 1})

    deleted = delete(visitor, goods.ids[0])
    again = delete(visitor, goods.ids[0])
    unknown = delete(visitor, 999_999_999)
    huge = delete(visitor, HUGE)

    assert [answer.status_code for answer in (deleted, again, unknown, huge)] == [200] * 4
    assert all(answer.json()["count"] == 1 for answer in (deleted, again, unknown, huge))


def test_taking_something_out_of_no_cart_makes_none(goods: Goods, visitor: Client) -> None:
    answers = [delete(visitor, goods.id), put(visitor, goods.id, {"quantity": 0})]

    assert [answer.json() for answer in answers] == [EMPTY, EMPTY]
    assert not any(answer.cookies for answer in answers)
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", [-1, 100, 10**30, 1.0, 1.5, "1", True, None, [], {}])
def test_a_quantity_that_is_none_is_refused_with_its_field(goods: Goods, visitor: Client, quantity: object) -> None:
    put(visitor, goods.id, {"quantity": 4})

    answer = put(visitor, goods.id, {"quantity": quantity})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert [part["field"] for part in answer.json()["where"]] == ["quantity"]
    assert visitor.get("/api/cart").json()["count"] == 4


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"quantity": NaN}', b'{"quantity": 1', b"\xff"])
def test_a_body_that_is_none_is_refused(goods: Goods, visitor: Client, body: bytes) -> None:
    answer = visitor.put(f"/api/cart/items/{goods.id}", body, content_type=JSON)

    assert answer.status_code in (400, 415, 422)
    assert not Cart.objects.exists()


@pytest.mark.parametrize("product_id", [0, 999_999_999, 2**63, HUGE, "9" * 5000, "-1", "one"])
def test_an_unknown_product_is_404_and_leaves_neither_cart_nor_session(
    goods: Goods, visitor: Client, product_id: object
) -> None:
    answer = put(visitor, product_id, {"quantity": 1})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not answer.cookies
    assert not Cart.objects.exists()
    assert not Session.objects.exists()


def test_a_withdrawn_product_is_404_and_stays_in_the_cart_until_it_is_taken_out(goods: Goods, visitor: Client) -> None:
    put(visitor, goods.id, {"quantity": 2})
    update_product(product_id=goods.id, is_published=False)

    refused = put(visitor, goods.id, {"quantity": 3})

    assert refused.status_code == 404
    (item,) = visitor.get("/api/cart").json()["items"]
    assert (item["product"]["name"], item["product"]["slug"]) == ("Plum jam 0", None)
    assert (item["quantity"], item["price"], item["total"]) == (2, None, None)
    assert [notice["code"] for notice in item["notices"]] == ["withdrawn"]
    assert delete(visitor, goods.id).json() == EMPTY


def test_a_price_that_moved_and_stock_that_runs_short_are_told(goods: Goods, visitor: Client) -> None:
    receive(product_id=goods.id, quantity=1, reason="for the test")
    put(visitor, goods.id, {"quantity": 2})
    change_price(product_id=goods.id, amount=Decimal("4.00"))

    (item,) = visitor.get("/api/cart").json()["items"]

    assert item["notices"] == [
        {"code": "price_rose", "detail": "The price has risen: €3.20 when you added it, now €4.00."},
        {"code": "runs_short", "detail": "Only 1 left."},
    ]
    assert item["stock"] == {"available": True, "quantity": 1}


def test_every_answer_says_what_it_read_and_never_which_cart(goods: Goods, visitor: Client) -> None:
    written = put(visitor, goods.id, {"quantity": 2}).headers["Cache-Status"]
    read = visitor.get("/api/cart").headers["Cache-Status"]

    assert "cart; fwd=method; stored" in written
    assert "cart; hit; ttl=" in read
    for status in (written, read):
        (cart,) = [member for member in status.split(", ") if member.startswith("cart;")]
        assert "key=" not in cart


def test_no_browser_and_no_proxy_keeps_an_answer(goods: Goods, visitor: Client) -> None:
    answers = [put(visitor, goods.id, {"quantity": 2}), visitor.get("/api/cart"), delete(visitor, goods.id)]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["private, no-store"] * 3


def test_nobody_reaches_the_cart_of_somebody_else(goods: Goods, visitor: Client) -> None:
    put(visitor, goods.id, {"quantity": 2})
    (cart_id,) = Cart.objects.values_list("id", flat=True)
    stranger = Client(raise_request_exception=False)

    assert stranger.get("/api/cart", {"cart": cart_id, "cart_id": cart_id}).json() == EMPTY
    stranger.cookies["cart"] = str(cart_id)
    assert stranger.get("/api/cart").json() == EMPTY
    assert delete(stranger, goods.id).json() == EMPTY
    put(stranger, goods.id, {"quantity": 7})

    assert rows_of(cart_id) == {goods.id: 2}


@pytest.mark.parametrize("cookie", ["", "x", "0" * 32, "%00", "a" * 4000])
def test_a_session_cookie_that_is_none_is_that_of_a_new_visitor(goods: Goods, visitor: Client, cookie: str) -> None:
    visitor.cookies["sessionid"] = cookie

    assert visitor.get("/api/cart").json() == EMPTY
    assert put(visitor, goods.id, {"quantity": 1}).json()["count"] == 1


def test_a_form_of_another_site_changes_nothing(goods: Goods, visitor: Client) -> None:
    """What a page elsewhere can send without asking: no PUT and no DELETE, and no JSON."""
    address = f"/api/cart/items/{goods.id}"

    posted = visitor.post(address, {"quantity": 1})
    put_as_form = visitor.put(address, "quantity=1", content_type="application/x-www-form-urlencoded")
    deleted_as_text = visitor.delete(address, "x", content_type="text/plain")

    assert [answer.status_code for answer in (posted, put_as_form, deleted_as_text)] == [405, 415, 415]
    assert not Cart.objects.exists()
