"""Sessions as a browser meets them: fixation, guessing, rotation, cookies; and saves of a session that has ended."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.visitors.models import Session
from shop.visitors.session_key import is_key, new_key
from tests.goods import Goods
from tests.integration.sessions import (
    PASSWORD,
    House,
    customer,
    house,
    is_logged_in,
    key_of,
    logged_in,
    row_of,
    statements,
)

__all__ = ["house"]


def put(client: Client, product_id: int) -> Any:
    return client.put(f"/api/cart/items/{product_id}", {"quantity": 1}, content_type="application/json")


def test_a_key_that_a_client_makes_up_is_never_adopted(goods: Goods, visitor: Client) -> None:
    made_up = new_key().text
    visitor.cookies["sessionid"] = made_up

    put(visitor, goods.id)

    given = visitor.cookies["sessionid"].value
    assert given != made_up
    assert is_key(given)
    assert Session.objects.get().digest == key_of(visitor).digest


def test_a_login_takes_another_key_so_that_who_fixed_the_first_has_nothing(goods: Goods, visitor: Client) -> None:
    """1. Mallory puts something into a cart; 2. has Ada's browser use that session; 3. Ada logs in."""
    mallory = Client()
    put(mallory, goods.id)
    visitor.cookies["sessionid"] = mallory.cookies["sessionid"].value
    User.objects.create_user("ada@example.org", password=PASSWORD)

    visitor.post("/account/login/", {"email": "ada@example.org", "password": PASSWORD})

    assert is_logged_in(visitor)
    assert not is_logged_in(mallory)
    assert visitor.cookies["sessionid"].value != mallory.cookies["sessionid"].value
    assert [item["product"]["id"] for item in visitor.get("/api/cart").json()["items"]] == [goods.id]


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a" * 31, "a" * 33, "A" * 32, "../../etc/passwd", "' OR 1=1 --" + "a" * 21, "é" * 32, "0" * 5000],
)
def test_what_is_no_key_is_asked_of_nobody(house: House, goods: Goods, visitor: Client, cookie: str) -> None:
    visitor.cookies["sessionid"] = cookie

    with statements() as sent:
        answer = visitor.get("/account/")

    assert sent == []
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=%2Faccount%2F")
    assert "session" not in answer.get("Cache-Status", "")


def test_an_unknown_an_ended_and_a_malformed_key_are_answered_alike(goods: Goods) -> None:
    gone = logged_in(customer())
    ended = gone.cookies["sessionid"].value
    gone.post("/account/logout/")

    def answer(cookie: str) -> tuple[int, bytes, dict[str, str]]:
        client = Client()
        client.cookies["sessionid"] = cookie
        got = client.get("/account/")
        told = {name: value for name, value in got.headers.items() if name not in ("Cache-Status", "Server-Timing")}
        return got.status_code, got.content, told

    assert answer(ended) == answer(new_key().text) == answer("nonsense")


def test_cache_status_says_how_the_session_was_come_by_and_never_its_key(goods: Goods) -> None:
    client = logged_in(customer())
    client.get("/account/")

    told = client.get("/account/")["Cache-Status"]

    assert re.match(r'session; hit; ttl=1[0-9]{3}; detail="hit"', told)
    assert str(key_of(client).session_id) not in told
    assert key_of(client).text not in told


def test_reading_sends_no_cookie(goods: Goods) -> None:
    client = logged_in(customer())
    client.get("/account/")

    assert not client.get("/account/").cookies.get("sessionid")


def test_another_password_logs_the_other_browsers_out(goods: Goods) -> None:
    """Django's own rule: the session holds a hash of the password's hash."""
    home = logged_in(customer())
    ann = customer()
    ann.set_password("another-password-1")
    ann.save()

    assert not is_logged_in(home)
    assert is_logged_in(logged_in(ann))


def test_a_deleted_customer_takes_the_sessions_along(goods: Goods) -> None:
    client = logged_in(customer())

    customer().delete()

    assert not Session.objects.exists()
    assert not is_logged_in(client)


def test_staff_keep_their_session_through_the_admin_s_pages_and_lose_it_at_the_logout(staff: Client) -> None:
    assert staff.get("/admin/").status_code == 200
    row = row_of(key_of(staff))
    assert row.user is not None
    assert row.user.username == "keeper"

    staff.post("/admin/logout/")

    assert staff.get("/admin/").status_code == 302
    assert not Session.objects.exists()
