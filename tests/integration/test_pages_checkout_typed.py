"""What was typed into a checkout that was refused is there again after a look at the cart; the card's number never."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cart.checkout import CartEmptyError
from catalog.operations import update_product
from inventory.operations import adjust
from shop.visitors.models import Session
from shop.visitors.session_engine import SessionStore
from tests.goods import Goods
from tests.integration.test_pages_checkout import DECLINED, PAID, fields, page, pay, shopper

__all__ = ["shopper"]

STREET = "12 Larder Lane"


def form_of(client: Client) -> tuple[str, str, str]:
    """Email, name and address in the checkout's form; and that it has no card in it."""
    text = client.get("/checkout/").content.decode()
    shown = fields(text)
    assert (shown["card"], shown["expires"]) == ("", "")
    assert PAID.replace(" ", "") not in text
    address = re.findall(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)[0].strip()
    return str(shown["email"]), str(shown["name"]), address


def test_after_goods_ran_out_the_cart_is_changed_and_nothing_is_typed_again(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    adjust(product_id=goods.id, change=-8, reason="test")

    status, _, text = pay(shopper, shown, expires="12/39")
    shopper.post("/cart/", {"product_id": goods.id, "quantity": 1})

    assert status == 409
    assert "asked again" not in text
    email, name, address = form_of(shopper)
    assert (email, name) == ("ada@example.org", "Ada <b>")
    assert address.startswith(STREET)
    assert pay(shopper, page(shopper))[0] == 303


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"card": DECLINED}, 402), ({"email": "ada"}, 422), ({"card": "1"}, 422), ({"expected_total": "1.00"}, 409)],
)
def test_so_it_is_after_every_refusal(shopper: Client, goods: Goods, wrong: dict[str, str], status: int) -> None:
    assert pay(shopper, page(shopper), **wrong)[0] == status

    email, name, address = form_of(shopper)
    assert (email, name) == (wrong.get("email", "ada@example.org"), "Ada <b>")
    assert address.startswith(STREET)


def test_so_it_is_when_the_cart_was_emptied_or_can_t_be_paid_meanwhile(shopper: Client, goods: Goods) -> None:
    shown = page(shopper)
    shopper.post("/cart/", {"product_id": goods.id, "quantity": 0})
    assert pay(shopper, shown)[0] == 409
    shopper.post("/cart/add/", {"product_id": goods.id, "quantity": 1})
    assert form_of(shopper)[0] == "ada@example.org"

    update_product(product_id=goods.id, is_published=False)
    assert pay(shopper, shown, email="eve")[1] == "/cart/"
    update_product(product_id=goods.id, is_published=True)
    assert form_of(shopper)[0] == "eve"


def test_once_something_is_bought_it_is_forgotten(shopper: Client, goods: Goods) -> None:
    pay(shopper, page(shopper), card=DECLINED)
    assert pay(shopper, page(shopper))[0] == 303
    shopper.post("/cart/add/", {"product_id": goods.id, "quantity": 1})

    assert form_of(shopper) == ("", "", "")


def test_it_stays_in_the_session_that_typed_it_and_ends_with_it(shopper: Client, goods: Goods) -> None:
    shopper.force_login(User.objects.create_user("bob@example.org"))
    pay(shopper, page(shopper), card=DECLINED)
    assert form_of(shopper)[0] == "ada@example.org"

    shopper.post("/account/logout/")
    shopper.post("/cart/add/", {"product_id": goods.id, "quantity": 1})

    assert form_of(shopper) == ("", "", "")


def test_no_form_that_is_sent_without_a_cart_makes_a_session(goods: Goods) -> None:
    pay(Client(), {"key": "k", "expected_total": "much"})

    assert Session.objects.count() == 0


def test_what_another_window_wrote_into_the_session_meanwhile_stays(
    shopper: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = page(shopper)
    key = shopper.session.session_key

    def checked_out_slowly(**_: object) -> None:
        other = SessionStore(key)
        other["another window's"] = "mark"
        other.save()
        raise CartEmptyError

    monkeypatch.setattr("shop.storefront.pages.checkout.check_out", checked_out_slowly)

    assert pay(shopper, shown)[0] == 409

    assert shopper.session["another window's"] == "mark"
    assert form_of(shopper)[0] == "ada@example.org"
