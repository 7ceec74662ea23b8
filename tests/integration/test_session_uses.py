"""What Redis does not know of a session's uses, and what the database can't note: nobody is sent away too early."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from shop.caching.registry import REGISTRY
from shop.visitors.session_times import IDLE, moment
from shop.visitors.session_uses import UsesInRows
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import House, customer, forget_in_redis, house, lives, row_of, session_of, statements

__all__ = ["house"]

MINUTE = 60.0


def now() -> object:
    return moment(REGISTRY.ground().now_ms)


@pytest.mark.parametrize("used_after", [0, 1, 59])
def test_where_redis_has_forgotten_the_row_decides_a_minute_late_at_most_and_never_early(
    house: House, used_after: float
) -> None:
    early, late = session_of(customer()), session_of(customer())
    house.clock.advance(used_after)
    assert lives(early)
    assert lives(late)
    forget_in_redis(early)
    forget_in_redis(late)

    house.clock.advance(IDLE)
    assert lives(early)
    forget_in_redis(late)
    house.clock.advance(MINUTE + 0.001)
    assert not lives(late)


@pytest.mark.parametrize("noted", [True, False], ids=["in the row", "control: nowhere"])
def test_a_use_that_redis_did_not_take_counts_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    """1. Redis takes a use; 2. it takes none for a while, in which another comes; 3. it is back, with 1 alone."""
    key = session_of(customer())
    assert lives(key)
    if not noted:
        monkeypatch.setattr(UsesInRows, "note", lambda *_, **__: False)

    house.clock.advance(50)
    house.redis_loses("slide", "lease", "fill")
    assert lives(key)
    house.redis_loses()

    house.clock.advance(IDLE)
    assert lives(key) is noted


def test_while_redis_takes_nothing_each_use_is_in_the_row(house: House) -> None:
    key = session_of(customer())
    house.redis_loses("slide", "lease", "fill", "read")

    for _ in range(3):
        house.clock.advance(7)
        with statements() as sent:
            assert lives(key)
        assert [sql.partition(" ")[0] for sql in sent] == ["SELECT", "UPDATE"]
        assert row_of(key).last_used_at == now()


def test_a_row_that_somebody_holds_is_not_waited_for_and_notes_the_next_use(house: House) -> None:
    key = session_of(customer())
    assert lives(key)
    house.clock.advance(MINUTE)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM visitors_session WHERE id = %s FOR UPDATE", [key.session_id])
        with statements("UPDATE") as sent:
            assert lives(key)
        assert len(sent) == 1
        assert row_of(key).last_used_at != now()
    finally:
        other.rollback()
        other.close()

    house.clock.advance(1)
    assert lives(key)
    assert row_of(key).last_used_at == now()


@contextmanager
def read_only() -> Iterator[None]:
    """The database can't write."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")


def test_a_use_that_redis_did_not_take_is_in_the_row_right_after_one_that_could_not_be_noted(house: House) -> None:
    """1. The database can't write for a moment; 2. Redis takes nothing; 3. a use comes, well within the pause of 1."""
    key = session_of(customer())
    assert lives(key)
    house.clock.advance(MINUTE)
    with read_only():
        assert lives(key)

    house.clock.advance(1)
    house.redis_loses("slide", "lease", "fill", "read")
    assert lives(key)

    assert row_of(key).last_used_at == now()


def test_a_database_that_can_t_write_fails_no_warm_page_and_is_asked_again_after_a_while(house: House) -> None:
    key = session_of(customer())
    assert lives(key)
    with read_only():
        house.clock.advance(MINUTE)
        with statements("UPDATE") as sent:
            assert lives(key)
            assert lives(key)
        assert len(sent) == 1

    house.clock.advance(11)
    assert lives(key)
    assert row_of(key).last_used_at == now()


def test_inside_a_transaction_the_row_decides_and_is_not_held(house: House) -> None:
    key = session_of(customer())
    house.clock.advance(MINUTE)

    with transaction.atomic(), statements("UPDATE") as sent:
        assert lives(key)

    assert sent == []


def test_whose_session_it_is_the_row_says_when_it_notes_a_use(house: House) -> None:
    """1. A request reads a guest's session; 2. a login in another window commits; 3. the request notes its use."""
    key = session_of(None)
    assert lives(key)
    run_sql("UPDATE visitors_session SET user_id = %s", customer().pk)

    house.clock.advance(MINUTE)
    assert lives(key)

    assert row_of(key).expires_at == row_of(key).last_used_at + timedelta(seconds=IDLE + MINUTE)


def test_a_guest_s_warm_cart_is_shown_while_the_database_answers_nothing(goods: Goods, visitor: Client) -> None:
    visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 2}, content_type="application/json")
    visitor.get("/api/cart")

    def away(*_: object) -> NoReturn:
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(away):
        shown = visitor.get("/api/cart")
        changed = visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 3}, content_type="application/json")

    assert (shown.status_code, shown.json()["items"][0]["quantity"]) == (200, 2)
    assert changed.status_code == 503
