"""Who logs in where somebody else was: the new session is theirs, and says where its login came from."""

from collections.abc import Callable
from typing import Final

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from shop.visitors.models import Session
from tests.goods import Goods
from tests.integration.sessions import PASSWORD, customer, key_of, row_of

ADDRESS: Final = "192.0.2.7"


def as_a_customer(client: Client) -> None:
    client.post("/account/login/", {"email": "bob@example.org", "password": PASSWORD})


def as_staff(client: Client) -> None:
    client.post("/admin/login/", {"username": "keeper", "password": PASSWORD})


def by_signing_up(client: Client) -> None:
    client.post("/account/signup/", {"email": "eve@example.org", "password": PASSWORD})


@pytest.mark.parametrize(
    ("log_in", "name"),
    [(as_a_customer, "bob@example.org"), (as_staff, "keeper"), (by_signing_up, "eve@example.org")],
)
@pytest.mark.parametrize("over", ["a customer", "a guest"])
def test_a_login_in_place_of_another_says_where_it_came_from(
    goods: Goods, settings: Settings, log_in: Callable[[Client], None], name: str, over: str
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_user("bob@example.org", password=PASSWORD)
    User.objects.create_superuser("keeper", password=PASSWORD)
    client = Client(headers={"User-Agent": "curl/8"}, REMOTE_ADDR=ADDRESS)
    client.put(f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json")
    if over == "a customer":
        client.force_login(customer())
    before = key_of(client)

    log_in(client)

    assert key_of(client) != before
    row = row_of(key_of(client))
    assert row.user is not None
    assert (row.user.username, row.user_agent, row.address) == (name, "curl/8", ADDRESS)
    assert row.logged_in_at is not None
    assert not Session.objects.filter(pk=before.session_id).exists()
