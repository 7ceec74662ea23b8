"""Whatever is sent to the forms of cart, checkout and account: explained, escaped, and never our fault."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from cart.models import CartLine, Order
from inventory.operations import receive
from tests.failures.test_bad_input import HOSTILE, assert_refused_or_answered
from tests.goods import Goods

FORMS = {
    "/cart/": ("product_id", "quantity", "was"),
    "/cart/add/": ("product_id", "quantity"),
    "/checkout/": ("key", "expected_total", "email", "name", "address", "card", "expires"),
    "/account/signup/": ("email", "password", "next"),
    "/account/login/": ("email", "password", "next"),
}
FIELDS = [(address, field) for address, fields in FORMS.items() for field in fields]
VALUES = [*HOSTILE, "", " ", "\n", "00000001", "1_0", "٣", "0x10", "1,5", str(2**63), str(-(2**63)), "null", "\ufeff1"]


@pytest.fixture
def shopper(visitor: Client, goods: Goods, settings: Settings) -> Client:
    # A password of each value is hashed; the real hasher takes its time on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    receive(product_id=goods.id, quantity=9, reason="test")
    assert visitor.post("/cart/add/", {"product_id": goods.id, "quantity": 2}).status_code == 303
    return visitor


@pytest.mark.parametrize(("address", "field"), FIELDS)
def test_no_field_of_a_form_breaks_its_page(shopper: Client, goods: Goods, address: str, field: str) -> None:
    """The rest of each form is right, and what is right in it may be done: nothing else is."""
    right = {
        "product_id": str(goods.id),
        "quantity": "2",
        "key": "k",
        "expected_total": "0.01",
        "email": "ada@example.org",
        "name": "Ada",
        "address": "Here",
        "card": "4242424242424242",
        "password": "larder-and-jam-7",
    }
    for value in VALUES:
        sent = {name: right[name] for name in FORMS[address] if name in right} | {field: value}
        assert_refused_or_answered(shopper.post(address, sent))
        shopper.post("/account/logout/") if "account" in address else None
    assert Order.objects.count() == 0
    assert all(1 <= line.quantity <= 99 for line in CartLine.objects.all())
    assert User.objects.count() <= len(VALUES)


@pytest.mark.parametrize(
    "address",
    [
        "/cart/?out={}&was=3",
        "/cart/?out=1&was={}",
        "/cart/?changed={}",
        "/account/?before={}",
        "/account/login/?next={}",
    ],
)
def test_no_address_of_a_page_breaks_it(shopper: Client, goods: Goods, address: str) -> None:
    path, _, query = address.partition("?")
    for value in VALUES:
        parameters = dict(part.split("=") for part in query.split("&"))
        filled = {name: value if given == "{}" else given for name, given in parameters.items()}
        assert_refused_or_answered(shopper.get(path, filled))
