"""A session as Django's code holds it: saves at once, saves of what has ended, rotation, and every character."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from shop.visitors.models import Session
from shop.visitors.session_engine import SessionStore
from tests.goods import Goods
from tests.integration.sessions import customer, is_logged_in, key_of, logged_in


def test_a_save_of_a_session_that_was_ended_brings_it_not_back(goods: Goods) -> None:
    client = logged_in(customer())
    mine, theirs = SessionStore(key_of(client).text), SessionStore(key_of(client).text)
    assert mine[SESSION_KEY] == theirs[SESSION_KEY]

    theirs.flush()
    mine["jam"] = "plum"
    with pytest.raises(UpdateError):
        mine.save()

    assert not Session.objects.exists()
    assert not is_logged_in(client)


def test_of_two_saves_at_once_the_last_wins_whole(goods: Goods) -> None:
    client = logged_in(customer())
    one, other = SessionStore(key_of(client).text), SessionStore(key_of(client).text)
    one["jam"] = "plum"
    other["bread"] = "rye"

    one.save()
    other.save()

    now = SessionStore(key_of(client).text)
    assert ("jam" in now, now["bread"]) == (False, "rye")


def test_what_was_saved_is_read_back_by_the_next_request_with_every_character(goods: Goods) -> None:
    client = logged_in(customer())
    store = SessionStore(key_of(client).text)
    content = {"text": "żółw \x00 \u2028 😀 \ud800", "list": [1, None, True, {"a": 1.5}], "": ""}
    store.update(content)

    store.save()

    again = SessionStore(key_of(client).text)
    assert {name: again[name] for name in content} == content


def test_a_rotation_keeps_what_is_in_the_session_and_ends_the_old_key(goods: Goods) -> None:
    client = logged_in(customer())
    old = key_of(client).text
    store = SessionStore(old)
    store["jam"] = "plum"

    store.cycle_key()
    store.save()

    assert store.session_key != old
    assert SessionStore(store.session_key)["jam"] == "plum"
    assert SessionStore(old).get("jam") is None
    assert Session.objects.count() == 1


def test_a_rotation_of_a_session_that_was_ended_brings_nothing_along(goods: Goods) -> None:
    client = logged_in(customer())
    store = SessionStore(key_of(client).text)
    assert SESSION_KEY in store
    SessionStore(key_of(client).text).flush()

    store.cycle_key()
    store.save()

    assert SESSION_KEY not in SessionStore(store.session_key)


def ending_the_session(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """When the first line of a cart is written, the customer logs out elsewhere."""
    if 'INSERT INTO "cart_cartline"' in sql:
        Session.objects.all().delete()
    return execute(sql, params, many, context)


@pytest.mark.parametrize("debug", [False, True])
def test_a_request_whose_session_ends_while_it_runs_is_told_so(
    goods: Goods, visitor: Client, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug
    visitor.force_login(customer())

    with connection.execute_wrapper(ending_the_session):
        answer = visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json")
        visitor.force_login(customer("bob"))
        page = visitor.post("/cart/add/", {"product_id": goods.id, "quantity": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "session_ended")
    assert page.status_code == 409
    assert "Your session ended while this request ran." in page.content.decode()
    assert not Session.objects.exists()
