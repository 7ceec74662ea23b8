"""POST /api/checkout and GET /api/orders/{id}, as programs see them."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cart.checkout import settle_due
from cart.models import Checkout, Order
from catalog.models import Price
from tests.failures.test_bad_input import HOSTILE, assert_refused, assert_refused_or_answered
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.checkouts import AT_ONCE, CHARGED_IN_SILENCE, DECLINED, GOOD_CARD, on_shelf, stocked

JSON = "application/json"


def filled(client: Client, goods: Goods, quantity: int = 2) -> int:
    jam = stocked(goods)
    assert client.put(f"/api/cart/items/{jam}", {"quantity": quantity}, content_type=JSON).status_code == 200
    return jam


def post(client: Client, *, key: str | None = "key", card: Any = GOOD_CARD, **changed: Any) -> Any:
    body = {"email": "ann@example.org", "name": "Ann", "address": "1 Lane", "payment": {"card": card}} | changed
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/checkout", body, content_type=JSON, headers=headers)


def test_a_checkout_answers_the_order(visitor: Client, goods: Goods) -> None:
    jam = filled(visitor, goods)

    response = post(visitor, expected_total="6.40")

    assert response.status_code == 201
    order = response.json()
    assert order["status"] == "placed"
    assert order["total"] == {"amount": "6.40", "currency": "EUR"}
    assert order["card_last4"] == "4242"
    assert order["items"] == [
        {
            "product_id": jam,
            "sku": "JAM-000",
            "name": "Plum jam 0",
            "quantity": 2,
            "price": {"amount": "3.20", "currency": "EUR"},
            "total": {"amount": "6.40", "currency": "EUR"},
        }
    ]
    assert visitor.get(f"/api/orders/{order['id']}").json() == order
    assert visitor.get("/api/cart").json()["items"] == []
    assert post(visitor, expected_total="6.40").json() == order


def test_other_people_s_orders_are_not_there(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)
    order_id = post(visitor).json()["id"]
    stranger, customer = Client(), Client()
    customer.force_login(User.objects.create_user("cat"))
    filled(stranger, goods)
    own = post(stranger).json()["id"]

    for client in (Client(), stranger, customer):
        assert_refused(client.get(f"/api/orders/{order_id}"), status=404, code="not_found")
    assert own != order_id
    unknown = visitor.get(f"/api/orders/{uuid.uuid4()}")
    assert unknown.content == stranger.get(f"/api/orders/{order_id}").content


def test_an_order_without_an_owner_is_nobody_s(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)
    order_id = post(visitor).json()["id"]
    Order.objects.update(guest="")
    Checkout.objects.update(guest="")

    for client in (visitor, Client()):
        assert client.get(f"/api/orders/{order_id}").status_code == 404


@pytest.mark.parametrize("order_id", ["1", "x", "9" * 37, "%00", "' OR 1=1"])
def test_an_id_that_no_order_can_have_is_not_found(visitor: Client, goods: Goods, order_id: str) -> None:
    assert visitor.get(f"/api/orders/{order_id}").status_code in (400, 404)


def test_a_payment_in_doubt_is_202_until_it_is_settled(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)

    response = post(visitor, card=CHARGED_IN_SILENCE)

    assert response.status_code == 202
    pending = response.json()
    assert pending == {"id": pending["id"], "status": "payment_pending"}
    shown = visitor.get(f"/api/orders/{pending['id']}").json()
    assert (shown["status"], shown["number"], shown["placed_at"]) == ("payment_pending", None, None)
    assert shown["total"] == {"amount": "6.40", "currency": "EUR"}
    settle_due(older_than=AT_ONCE)
    assert visitor.get(f"/api/orders/{pending['id']}").json()["status"] == "placed"
    assert post(visitor, card=CHARGED_IN_SILENCE).status_code == 201


def test_every_refusal_has_its_status_and_says_more(visitor: Client, goods: Goods) -> None:
    assert_refused(post(visitor), status=409, code="cart_empty")
    jam = filled(visitor, goods, 2)
    assert_refused(post(visitor, key=None), status=400, code="idempotency_key_missing")
    assert_refused(post(visitor, key=" "), status=400, code="idempotency_key_missing")
    assert_refused(post(visitor, key="x" * 201), status=400, code="idempotency_key_invalid")
    assert_refused(post(visitor, key="\x01"), status=400, code="idempotency_key_invalid")

    changed = post(visitor, expected_total="1.00")
    assert_refused(changed, status=409, code="price_changed")
    assert (changed.json()["expected_total"], changed.json()["total"]) == ("1.00", "6.40")

    visitor.put(f"/api/cart/items/{jam}", {"quantity": 11}, content_type=JSON)
    short = post(visitor)
    assert_refused(short, status=409, code="out_of_stock")
    assert short.json()["short"] == [{"product_id": jam, "name": "Plum jam 0", "wanted": 11, "available": 10}]

    visitor.put(f"/api/cart/items/{jam}", {"quantity": 2}, content_type=JSON)
    declined = post(visitor, card=DECLINED)
    assert_refused(declined, status=402, code="payment_declined")
    assert declined.json()["reason"] == "card_declined"
    assert_refused(post(visitor), status=422, code="idempotency_key_reused")
    assert on_shelf(jam) == (10, 0)


def test_a_checkout_that_is_being_paid_says_when_to_ask_again(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)
    post(visitor, card=CHARGED_IN_SILENCE)

    response = post(visitor, key="another")

    assert_refused(response, status=409, code="checkout_in_progress")
    assert int(response["Retry-After"]) > 0


def test_a_wrong_card_names_its_field_and_is_not_repeated(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)

    response = post(visitor, card="4242424242424241")

    assert_refused(response, status=422, code="invalid_card")
    assert response.json()["where"][0]["field"] == "payment.card"
    assert b"4242424242424241" not in response.content
    expired = post(visitor, payment={"card": GOOD_CARD, "expires": "01/20"})
    assert expired.json()["where"][0]["field"] == "payment.expires"


def test_all_wrong_fields_are_named_at_once(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)

    response = post(visitor, email="x", name="", address="a" * 501, card="1")

    assert_refused(response, status=422, code="invalid_input")
    assert {part["field"] for part in response.json()["where"]} == {"email", "name", "address", "payment.card"}


@pytest.mark.parametrize("field", ["email", "name", "address", "payment", "card", "expires", "expected_total", "key"])
def test_no_field_of_a_checkout_breaks_it(visitor: Client, goods: Goods, field: str) -> None:
    filled(visitor, goods, 1)
    for value in [*HOSTILE, None, [], {}, 0, -1, 2**70, 1.5, True, "", " ", ["x"], {"a": 1}, {"card": None}]:
        match field:
            case "card":
                response = post(visitor, card=value)
            case "expires":
                response = post(visitor, payment={"card": GOOD_CARD, "expires": value})
            case "key":
                response = post(visitor, key=str(value).replace("\r\n", " "), expected_total="0.01")
            case _:
                response = post(visitor, key=uuid.uuid4().hex, **{field: value})
        assert_refused_or_answered(response)


def test_prices_come_from_the_database_and_not_from_what_was_cached(visitor: Client, goods: Goods) -> None:
    jam = filled(visitor, goods, 1)
    assert visitor.get("/api/cart").json()["total"]["amount"] == "3.20"
    Price.objects.filter(pk=jam).update(amount="4.10")

    assert post(visitor).json()["total"]["amount"] == "4.10"


def test_a_customer_s_orders_belong_to_the_customer(goods: Goods) -> None:
    client, elsewhere = Client(), Client()
    customer = User.objects.create_user("cat")
    for one in (client, elsewhere):
        one.force_login(customer)
    filled(client, goods)

    order_id = post(client).json()["id"]

    assert elsewhere.get(f"/api/orders/{order_id}").status_code == 200
    client.logout()
    assert client.get(f"/api/orders/{order_id}").status_code == 404


def test_a_guest_s_orders_come_along_at_login(goods: Goods) -> None:
    client, elsewhere = Client(), Client()
    customer = User.objects.create_user("cat", password="sesame")
    filled(client, goods)
    order_id = post(client).json()["id"]

    client.force_login(customer)
    elsewhere.force_login(customer)

    for one in (client, elsewhere):
        assert one.get(f"/api/orders/{order_id}").status_code == 200
    assert post(client).json()["id"] == order_id


def test_the_first_two_clicks_of_a_guest_are_one_order(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)
    other = Client()
    other.cookies = visitor.cookies
    answers: list[Any] = []

    together(*(lambda client=client: answers.append(post(client)) for client in (visitor, other)))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Order.objects.count() == 1
    assert visitor.get(f"/api/orders/{answers[0].json()['id']}").status_code == 200


def test_no_browser_and_no_proxy_keeps_an_answer_or_a_refusal(visitor: Client, goods: Goods) -> None:
    filled(visitor, goods)
    bought = post(visitor)
    address = f"/api/orders/{bought.json()['id']}"
    answers = [bought, visitor.get(address), Client().get(address), post(visitor, key=None), post(visitor, email="x")]
    answers.append(visitor.post("/api/checkout", "{", content_type=JSON))

    assert [answer.status_code for answer in answers] == [201, 200, 404, 400, 422, 400]
    assert {answer.headers.get("Cache-Control") for answer in answers} == {"private, no-store"}
