"""The checkout's page: what a browser without scripts can do, and what becomes of what was typed."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from cart.models import CartLine, Order
from catalog.models import Price
from catalog.operations import change_price, update_product
from inventory.operations import adjust, receive
from tests.goods import Goods
from tests.integration.outline import Outline

PAID, DECLINED, LATE = "4242 4242 4242 4242", "4000000000000002", "4000000000000119"
WHO = {"email": "ada@example.org", "name": "Ada <b>", "address": "12 Larder Lane\nTown", "expires": ""}


@pytest.fixture
def shopper(visitor: Client, goods: Goods) -> Client:
    """A guest with two jams at €3.20 in the cart."""
    receive(product_id=goods.id, quantity=9, reason="test")
    visitor.post("/cart/add/", {"product_id": goods.id, "quantity": 2})
    return visitor


def fields(text: str) -> dict[str | None, str]:
    return {field.get("name"): field.get("value") or "" for field in Outline(text).all("input")}


def page(client: Client) -> dict[str | None, str]:
    answer = client.get("/checkout/")
    assert answer.status_code == 200
    return fields(answer.content.decode())


def pay(client: Client, shown: dict[str | None, str], **typed: str) -> tuple[int, str, str]:
    """Send the form of a page; the status, where it leads, and what comes."""
    form = {**WHO, "card": PAID, "key": shown["key"], "expected_total": shown["expected_total"], **typed}
    answer = client.post("/checkout/", form)
    return answer.status_code, answer.get("Location", ""), answer.content.decode()


def test_a_guest_buys_what_is_in_the_cart_and_finds_the_order(shopper: Client, goods: Goods) -> None:
    status, address, _ = pay(shopper, page(shopper))

    order = Order.objects.get()
    assert (status, address) == (303, f"/orders/{order.pk}/")
    text = shopper.get(address).content.decode()
    assert "Thank you, your order is placed" in text
    assert "€6.40" in text
    assert "ends in 4242" in text
    assert "Ada &lt;b&gt;" in text
    assert "12 Larder Lane<br>Town" in text
    assert CartLine.objects.count() == 0
    assert shopper.cookies["cart_count"].value == ""


def test_a_form_that_is_sent_twice_buys_once(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)

    first = pay(shopper, shown)
    second = pay(shopper, shown)

    assert first[:2] == second[:2]
    assert Order.objects.count() == 1


def test_two_clicks_of_a_guest_share_the_token_that_came_with_the_cart(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    token = shopper.session["guest"]

    pay(shopper, shown)

    assert shopper.session["guest"] == token
    assert Order.objects.get().guest == token


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ada"}, "This is not an email address."),
        ({"name": "  "}, "This field is required."),
        ({"address": "x" * 501}, "At most 500 characters."),
        ({"card": "4242 4242 4242 4243"}, "there is a typing error in it"),
        ({"card": "1"}, "A card number has 12 to 19 digits."),
        ({"card": ""}, "This field is required."),
        ({"expires": "13/30"}, "MM/YY"),
        ({"expires": "01/20"}, "This card has expired."),
        ({"expected_total": "much"}, "Nothing was charged"),
        ({"expected_total": ""}, "Nothing was charged"),
    ],
)
def test_what_is_wrong_is_said_and_all_but_the_card_is_kept(
    shopper: Client, goods: Goods, wrong: dict[str, str], said: str
) -> None:
    shown = page(shopper)

    status, _, text = pay(shopper, shown, **wrong)

    assert status == 422
    assert said in text
    kept = fields(text)
    assert kept["key"] == shown["key"]
    assert kept["expected_total"] == "6.40"
    assert kept["card"] == ""
    assert "4242 4242 4242 4243" not in text
    assert wrong.get("email", WHO["email"]) in text
    assert Order.objects.count() == 0
    assert pay(shopper, kept)[0] == 303


def test_a_changed_price_is_shown_beside_the_old_one_and_asked_again(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    change_price(product_id=goods.id, amount=Decimal("4.00"), regular_amount=Decimal("4.50"))

    status, _, text = pay(shopper, shown)

    assert status == 409
    assert "You saw €6.40; now it is <strong>€8.00</strong>" in text
    assert "Pay €8.00" in text
    again = fields(text)
    assert again["expected_total"] == "8.00"
    assert again["key"] != shown["key"]
    assert "ada@example.org" in text
    assert Order.objects.count() == 0
    assert pay(shopper, again)[0] == 303
    assert Order.objects.get().total == Decimal("8.00")


def test_the_price_that_is_asked_again_is_the_database_s_while_the_cache_is_late(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    Price.objects.filter(product_id=goods.id).update(amount=Decimal("4.00"))

    status, _, text = pay(shopper, shown)

    assert status == 409
    assert fields(text)["expected_total"] == "8.00"
    assert "Pay €8.00" in text


def test_goods_that_ran_out_are_named(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    adjust(product_id=goods.id, change=-8, reason="test")

    status, _, text = pay(shopper, shown)

    assert status == 409
    assert "Plum jam 0: 2 wanted, only 1 left" in text
    assert "Nothing was charged" in text
    assert CartLine.objects.get().quantity == 2


def test_a_declined_card_says_why_and_another_one_pays(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)

    status, _, text = pay(shopper, shown, card=DECLINED)

    assert status == 402
    assert "The bank declined the card." in text
    assert DECLINED not in text
    assert "Not paid yet" in text
    again = fields(text)
    assert again["key"] != shown["key"]
    assert pay(shopper, again)[0] == 303
    assert Order.objects.count() == 1


def test_a_payment_in_doubt_leads_to_a_page_that_waits(shopper: Client, goods: Goods) -> None:
    status, address, _ = pay(shopper, page(shopper), card=LATE)
    text = shopper.get(address).content.decode()

    assert status == 303
    assert "Your payment is being checked" in text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    assert f'data-events="{address}events/"' in text


def test_a_form_that_was_sent_with_other_details_is_not_sent_again(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    pay(shopper, shown)

    status, _, text = pay(shopper, shown, name="Eve")

    assert status == 422
    assert "sent before, with other details" in text
    assert Order.objects.count() == 1


def test_a_cart_that_was_emptied_meanwhile_buys_nothing(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    shopper.post("/cart/", {"product_id": goods.id, "quantity": 0})

    status, _, text = pay(shopper, shown)

    assert status == 409
    assert "There is nothing in the cart." in text


@pytest.mark.parametrize("key", ["", "x" * 201, "ключ", "a\tb"])
def test_a_key_that_was_tampered_with_is_replaced(shopper: Client, goods: Goods, key: str) -> None:
    status, _, text = pay(shopper, page(shopper), key=key)

    assert status in (400, 422)
    assert "Nothing was charged" in text
    assert fields(text)["key"] not in ("", key)
    assert Order.objects.count() == 0


def test_nobody_checks_out_an_empty_cart_or_one_that_can_t_be_paid(shopper: Client, goods: Goods) -> None:
    assert Client().get("/checkout/")["Location"] == "/cart/"
    update_product(product_id=goods.id, is_published=False)

    assert shopper.get("/checkout/")["Location"] == "/cart/"


def test_a_checkout_without_its_token_is_refused(goods: Goods) -> None:
    assert Client(enforce_csrf_checks=True).post("/checkout/", WHO).status_code == 403


def test_an_order_is_its_owner_s_alone(shopper: Client, goods: Goods) -> None:
    _, address, _ = pay(shopper, page(shopper))

    for path in (address, f"{address}events/", "/orders/00000000-0000-4000-8000-000000000000/"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert answer["Cache-Control"] == "private, no-store"
    assert shopper.get("/orders/not-an-id/").status_code == 404


@pytest.mark.parametrize("status", ["placed", "packed", "sent", "delivered"])
def test_an_order_shows_how_far_it_has_come(shopper: Client, goods: Goods, status: str) -> None:
    _, address, _ = pay(shopper, page(shopper))
    Order.objects.update(status=status)

    text = shopper.get(address).content.decode()

    assert text.count('aria-current="step"') == 1
    assert ("data-events" in text) == (status != "delivered")


def test_what_a_guest_has_bought_comes_along_to_a_new_account(shopper: Client, goods: Goods) -> None:
    _, address, _ = pay(shopper, page(shopper))
    number = Order.objects.get().number
    assert shopper.get(address).content.decode().count("Make an account") == 1

    shopper.post("/account/signup/", {"email": "ada@example.org", "password": "larder-and-jam-7"})

    assert f"Order {number}" in shopper.get("/account/").content.decode()
    assert shopper.get(address).status_code == 200
    shopper.post("/account/logout/")
    assert shopper.get(address).status_code == 404


def test_a_long_history_is_read_page_by_page(shopper: Client, goods: Goods) -> None:
    pay(shopper, page(shopper))
    shopper.post("/account/signup/", {"email": "ada@example.org", "password": "larder-and-jam-7"})
    first = Order.objects.get()
    for number in range(first.number + 1, first.number + 52):
        Order.objects.create(
            id=uuid4(), number=number, user=first.user, email="", name="", address="", total=1, currency="EUR"
        )

    newest = shopper.get("/account/").content.decode()
    older = shopper.get(f"/account/{Outline(newest).link('Older orders')}").content.decode()

    assert newest.count('<li>\n      <a href="/orders/') == 50
    assert older.count('<li>\n      <a href="/orders/') == 2
    for odd in ("x", "-1", "9" * 30, ""):
        assert shopper.get("/account/", {"before": odd}).status_code == 200
