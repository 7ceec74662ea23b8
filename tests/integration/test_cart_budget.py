"""What the cart costs: SQL statements, and commands that Valkey has counted itself."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from tests.goods import Goods
from tests.integration.counted_commands import beside_the_session, counted, own_redis

__all__ = ["own_redis"]

LINES = 12


def fill(client: Client, goods: Goods) -> None:
    for product_id in goods.ids[:LINES]:
        body = json.dumps({"quantity": 2})
        answer = client.put(f"/api/cart/items/{product_id}", body, content_type="application/json")
        assert answer.status_code == 200


def names_in(answer: Any) -> int:
    """How many different jams are named, by the API or on the page."""
    return len(set(re.findall(r"Plum jam \d+", answer.content.decode())))


@pytest.mark.parametrize("address", ["/api/cart", "/cart/"])
def test_a_warm_cart_costs_two_round_trips_beside_the_session_and_no_query(
    visitor: Client, goods: Goods, own_redis: Redis, address: str
) -> None:
    fill(visitor, goods)
    visitor.get(address)

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        answer = visitor.get(address)

    assert names_in(answer) == LINES
    assert len(queries) == 0
    assert beside_the_session(commands) == {"mget": 2}


@pytest.mark.parametrize("address", ["/api/cart", "/cart/"])
def test_a_customers_warm_cart_costs_no_more(goods: Goods, visitor: Client, own_redis: Redis, address: str) -> None:
    fill(visitor, goods)
    visitor.force_login(User.objects.create_user("ann"))
    visitor.get(address)

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        answer = visitor.get(address)

    assert names_in(answer) == LINES
    assert len(queries) == 0
    assert beside_the_session(commands) == {"mget": 2}


def test_who_has_no_session_costs_neither_query_nor_round_trip(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        answer = visitor.get("/api/cart")

    assert answer.json()["items"] == []
    assert len(queries) == 0
    assert commands == {}


def test_an_emptied_cart_costs_one_round_trip_and_its_page_the_menu_besides(
    visitor: Client, goods: Goods, own_redis: Redis
) -> None:
    visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json")
    visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 0}, content_type="application/json")
    visitor.get("/cart/")

    with counted(own_redis) as told:
        visitor.get("/api/cart")
    with counted(own_redis) as shown:
        page = visitor.get("/cart/")

    assert beside_the_session(told) == {"mget": 1}
    assert beside_the_session(shown) == {"mget": 2}
    assert "Pantry" in page.content.decode()


def test_a_cold_cart_costs_one_query_a_kind(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    fill(visitor, goods)
    own_redis.flushdb()

    with CaptureQueriesContext(connection) as queries:
        visitor.get("/api/cart")

    # The session, then the cart, the tree, the products, their prices and their stock.
    assert len(queries) == 6


def test_reading_saves_no_session(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    fill(visitor, goods)

    with CaptureQueriesContext(connection) as queries:
        answer = visitor.get("/api/cart")

    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert not answer.cookies


def test_a_second_write_of_the_day_saves_no_session(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    fill(visitor, goods)

    with CaptureQueriesContext(connection) as queries:
        fill(visitor, goods)

    assert not [query for query in queries if "UPDATE" in query["sql"] and "visitors_session" in query["sql"]]
