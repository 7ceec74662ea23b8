"""The cart's page and its forms: what a browser without scripts can do, and what it is told."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from cart.models import CartLine
from catalog.models import Price
from catalog.operations import update_product
from inventory.operations import receive
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.counted_commands import beside_the_session, counted, own_redis
from tests.integration.outline import Outline

__all__ = ["own_redis"]


@pytest.fixture
def stocked(goods: Goods) -> Goods:
    """Nine pieces of each of the first four jams."""
    for product_id in goods.ids[:4]:
        receive(product_id=product_id, quantity=9, reason="test")
    return goods


def add(client: Client, product_id: int, quantity: object = 1) -> str:
    answer = client.post("/cart/add/", {"product_id": product_id, "quantity": quantity})
    assert answer.status_code == 303
    return str(answer["Location"])


def change(client: Client, product_id: int, quantity: object, **more: object) -> tuple[int, str]:
    answer = client.post("/cart/", {"product_id": product_id, "quantity": quantity, **more}, follow=True)
    return answer.status_code, answer.content.decode()


def test_what_is_added_is_said_beside_the_product_and_stands_in_the_cart(visitor: Client, stocked: Goods) -> None:
    address = add(visitor, stocked.id, 3)
    text = visitor.get("/cart/").content.decode()

    assert address == f"/p/plum-jam-0-{stocked.id}/?added=1#buy"
    assert "It is in your cart." in visitor.get(address).content.decode()
    assert "It is in your cart." not in Client().get(address).content.decode()
    assert "Plum jam 0" in text
    assert "€9.60" in text
    assert 'value="3"' in text


def test_adding_adds_and_changing_sets(visitor: Client, stocked: Goods) -> None:
    add(visitor, stocked.id, 2)
    add(visitor, stocked.id, 3)
    assert CartLine.objects.get().quantity == 5

    for _ in range(2):
        assert change(visitor, stocked.id, 4)[0] == 200

    assert CartLine.objects.get().quantity == 4


def test_what_was_taken_out_can_be_put_back(visitor: Client, stocked: Goods) -> None:
    add(visitor, stocked.id, 3)

    _, text = change(visitor, stocked.id, 0, was=3)

    assert "is out of the cart" in text
    assert "Nothing in it yet" in text
    fields = {field.get("name"): field.get("value") for field in Outline(text).all("input")}
    assert change(visitor, int(fields["product_id"] or 0), fields["quantity"])[0] == 200
    assert CartLine.objects.get().quantity == 3


@pytest.mark.parametrize("quantity", ["", "-1", "100", "1e3", "2.5", "many", "9" * 500, "<b>"])
def test_a_wrong_quantity_is_refused_beside_its_field_and_kept(visitor: Client, stocked: Goods, quantity: str) -> None:
    add(visitor, stocked.id, 3)

    status, text = change(visitor, stocked.id, quantity)

    assert status == 422
    field = next(field for field in Outline(text).all("input") if field.get("aria-invalid") == "true")
    assert field["value"] == quantity
    assert "A whole number from 0 to 99." in text
    assert CartLine.objects.get().quantity == 3


def test_more_than_a_cart_takes_is_refused_on_the_product_s_page(visitor: Client, stocked: Goods) -> None:
    add(visitor, stocked.id, 1)
    change(visitor, stocked.id, 95)

    answer = visitor.post("/cart/add/", {"product_id": stocked.id, "quantity": 5})

    assert answer.status_code == 422
    assert "the cart has 95 already" in answer.content.decode()
    assert f'action="/p/plum-jam-0-{stocked.id}/#review-form"' in answer.content.decode()
    assert CartLine.objects.get().quantity == 95


@pytest.mark.parametrize("product_id", ["0", "-1", "999999", str(2**63), "9" * 30, "", "x", "1.5"])
def test_what_is_not_sold_can_t_be_added_and_leaves_no_session(visitor: Client, goods: Goods, product_id: str) -> None:
    answer = visitor.post("/cart/add/", {"product_id": product_id, "quantity": 1})

    assert answer.status_code == 404
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("quantity", ["0", "11", "-1", "", "x"])
def test_a_product_s_page_adds_one_to_ten(visitor: Client, stocked: Goods, quantity: str) -> None:
    answer = visitor.post("/cart/add/", {"product_id": stocked.id, "quantity": quantity})

    assert answer.status_code == 422
    assert CartLine.objects.count() == 0


@pytest.mark.parametrize("address", ["/cart/", "/cart/add/"])
def test_a_change_without_its_token_is_refused(goods: Goods, address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address, {"product_id": goods.id, "quantity": 1})

    assert answer.status_code == 403
    assert CartLine.objects.count() == 0


def test_the_number_of_pieces_travels_in_a_cookie_that_scripts_can_read(visitor: Client, stocked: Goods) -> None:
    added = visitor.post("/cart/add/", {"product_id": stocked.id, "quantity": 2})
    cookie = added.cookies["cart_count"]

    assert cookie.value == "2"
    assert not cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    visitor.cookies["cart_count"] = "77"
    assert visitor.get("/cart/").cookies["cart_count"].value == "2"
    assert "cart_count" not in visitor.get("/cart/").cookies
    change(visitor, stocked.id, 0)
    assert visitor.cookies["cart_count"].value == ""


def test_a_page_of_the_shop_is_the_same_with_and_without_a_cart(visitor: Client, stocked: Goods) -> None:
    add(visitor, stocked.id, 2)

    answer = visitor.get("/about/")

    assert "Cookie" not in answer.get("Vary", "")
    assert "cart_count" not in answer.cookies


def test_whatever_has_changed_since_is_said_of_each_line(visitor: Client, stocked: Goods) -> None:
    dearer, cheaper, scarce, gone, unstocked = (*stocked.ids[:4], stocked.ids[4])
    for product_id in (dearer, cheaper, scarce, gone, unstocked):
        add(visitor, product_id, 2)
    change(visitor, scarce, 12)
    with announced_changes():
        Price.objects.filter(product_id=dearer).update(amount=Decimal("4.00"), regular_amount=Decimal("4.50"))
        Price.objects.filter(product_id=cheaper).update(amount=Decimal("1.00"))
    update_product(product_id=gone, is_published=False)

    text = visitor.get("/cart/").content.decode()

    assert "The price has risen: €3.20 when you added it, now €4.00." in text
    assert "The price has fallen: €4.50 when you added it, now €1.00." in text
    assert "Only 9 left." in text
    assert "Take 9" in text
    assert "Sold out." in text
    assert "No longer sold" in text
    assert "Check out" not in text
    assert "Take out what" in text
    status, text = change(visitor, gone, 0)
    assert (status, "No longer sold" in text) == (200, False)


def test_a_warm_cart_costs_no_query_and_two_round_trips_beside_the_session(
    visitor: Client, stocked: Goods, own_redis: Redis
) -> None:
    for product_id in stocked.ids[:3]:
        add(visitor, product_id, 2)
    assert visitor.get("/cart/").status_code == 200

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        assert visitor.get("/cart/").status_code == 200

    assert len(queries) == 0
    assert beside_the_session(commands) == {"mget": 2}
    assert "3 round trips to the cache" in visitor.get("/cart/").content.decode()


def test_a_cart_of_one_visitor_is_not_another_s(visitor: Client, stocked: Goods) -> None:
    add(visitor, stocked.id, 2)

    assert "Nothing in it yet" in Client().get("/cart/").content.decode()


def test_a_guest_s_cart_comes_along_at_login_and_stays_behind_at_logout(visitor: Client, stocked: Goods) -> None:
    account = {"email": "ada@example.org", "password": "larder-and-jam-7"}
    visitor.post("/account/signup/", account)
    add(visitor, stocked.ids[0], 2)
    other = Client()
    add(other, stocked.ids[1], 3)

    logged_in = other.post("/account/login/", account)

    assert logged_in.cookies["cart_count"].value == "5"
    text = other.get("/cart/").content.decode()
    assert "Plum jam 0" in text
    assert "Plum jam 1" in text
    assert other.post("/account/logout/").cookies["cart_count"].value == ""
    assert "Nothing in it yet" in other.get("/cart/").content.decode()
    assert "Plum jam 1" in visitor.get("/cart/").content.decode()


def test_the_number_of_a_cart_stands_in_no_page_and_no_header(visitor: Client, stocked: Goods) -> None:
    # One that nothing else on the page is numbered like.
    odd = 987654321987
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('cart_cart', 'id'), %s)", [odd - 1])
    add(visitor, stocked.id, 1)

    answer = visitor.get("/cart/")

    assert CartLine.objects.filter(cart_id=odd).exists()
    assert "yours" in answer.content.decode()
    assert str(odd) not in answer.content.decode() + str(answer.headers)
