"""What a page may cost: SQL statements, and commands that Valkey has counted itself."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from catalog.operations import update_product
from inventory.operations import receive
from tests.goods import Goods
from tests.integration.counted_commands import counted, own_redis

__all__ = ["own_redis"]


@pytest.mark.parametrize("address", ["/api/products/{id}", "/p/{slug}-{id}/"])
def test_a_cached_product_with_its_neighbours_costs_no_query_and_two_round_trips(
    visitor: Client, goods: Goods, own_redis: Redis, address: str
) -> None:
    """The stock is among it, and rides in the page's first MGET."""
    receive(product_id=goods.id, quantity=3, reason="test")
    page = address.format(id=goods.id, slug="plum-jam-0")
    assert visitor.get(page).status_code == 200

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        answer = visitor.get(page)

    assert len(queries) == 0
    assert commands == {"mget": 2}
    assert "stock; hit" in answer["Cache-Status"]


def test_a_cached_product_without_neighbours_costs_one_round_trip(
    visitor: Client, goods: Goods, own_redis: Redis
) -> None:
    goods.jams.products.exclude(pk=goods.id).delete()
    page = f"/api/products/{goods.id}"
    connection.cursor().execute("UPDATE catalog_relatedproducts SET product_ids = '{}'")
    assert visitor.get(page).json()["related"] == []

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        assert visitor.get(page).status_code == 200

    assert len(queries) == 0
    assert commands == {"mget": 1}


@pytest.mark.parametrize("address", ["/api/products/{id}", "/p/{slug}-{id}/"])
def test_an_uncached_product_costs_at_most_ten_queries(
    visitor: Client, goods: Goods, own_redis: Redis, address: str
) -> None:
    visitor.get("/api/products/1")  # learns the database's id, once in a process
    own_redis.flushdb()

    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(address.format(id=goods.id, slug="plum-jam-0")).status_code == 200

    assert 0 < len(queries) <= 10


@pytest.mark.parametrize(
    ("address", "most_queries"),
    [
        ("/api/products", 1),
        ("/api/products?category=pantry&brand=Orchard+1&sort=price_asc", 2),
        ("/api/products?search=plum", 2),
        ("/api/products?search=plum&category=pantry", 3),
        ("/c/pantry/", 3),
        ("/search/?q=plum", 3),
        ("/", 5),
    ],
)
def test_a_warm_list_costs_few_queries_and_one_round_trip(
    visitor: Client, goods: Goods, own_redis: Redis, address: str, most_queries: int
) -> None:
    assert visitor.get(address).status_code == 200

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        assert visitor.get(address).status_code == 200

    assert len(queries) <= most_queries
    assert commands == {"mget": 1}


def test_a_product_that_does_not_exist_costs_nothing_the_second_time(
    visitor: Client, goods: Goods, own_redis: Redis
) -> None:
    assert visitor.get("/api/products/999999").status_code == 404

    with CaptureQueriesContext(connection) as queries:
        assert visitor.get("/api/products/999999").status_code == 404

    assert len(queries) == 0


def test_a_change_costs_only_what_it_changed(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    visitor.get(f"/api/products/{goods.id}")
    update_product(product_id=goods.id, name="Damson jam")

    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(f"/api/products/{goods.id}").json()["name"] == "Damson jam"

    assert len(queries) == 1
