import io
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from shop.caching.load_gate import LoadGate
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.lost_database import lost_database

CACHES = {
    "product",
    "price",
    "review_summary",
    "related_products",
    "category_tree",
    "stock",
    "cart",
    "session",
    "also_bought",
    "views",
}


@pytest.fixture
def no_database(goods: Goods) -> Any:
    """The database refuses connections until the test is over."""
    with lost_database():
        yield


def test_the_caches_have_a_row_each(visitor: Client, goods: Goods) -> None:
    visitor.get(f"/api/products/{goods.id}")
    visitor.get(f"/api/products/{goods.id}")

    rows = {row["name"]: row for row in visitor.get("/api/caches").json()}

    assert set(rows) == CACHES
    assert rows["stock"]["pattern"] == "read-through + write-through"
    assert rows["cart"]["pattern"] == "write-through"
    price = rows["price"]
    assert price["pattern"] == "cache-aside"
    assert price["ttl"] == 300
    assert price["hits"] > 0
    assert 0 < price["hit_ratio"] < 1
    assert price["p99_ms"] >= price["p50_ms"] > 0
    assert price["breaker"] == "closed"
    assert {"misses", "errors", "skips"} <= set(price)


def test_the_caches_command_prints_the_same_caches() -> None:
    printed = io.StringIO()

    call_command("caches", stdout=printed)

    for cache in CACHES:
        assert cache in printed.getvalue()


def test_a_healthy_shop_is_ready(visitor: Client, goods: Goods) -> None:
    assert visitor.get("/health/live").json() == {"status": "live"}
    run_sql("UPDATE events_change SET applied_at = clock_timestamp()")

    response = visitor.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert all(check["ok"] for check in response.json()["checks"].values())


def test_without_redis_the_shop_is_degraded_and_still_ready(visitor: Client, goods: Goods, lost_redis: None) -> None:
    response = visitor.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert not response.json()["checks"]["redis"]["ok"]
    assert visitor.get(f"/api/products/{goods.id}").status_code == 200


def test_without_a_database_the_shop_is_unready_and_says_when_to_ask_again(visitor: Client, no_database: None) -> None:
    response = visitor.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["code"] == "unready"
    assert int(response["Retry-After"]) > 0
    assert visitor.get("/health/live").status_code == 200


def test_without_a_database_what_is_not_cached_is_unavailable(visitor: Client, goods: Goods, no_database: None) -> None:
    for address, of_type in ((f"/api/products/{goods.ids[5]}", "application/json"), ("/", "text/html")):
        response = visitor.get(address)

        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert response["Content-Type"].startswith(of_type)
        assert b"unavailable" in response.content


def test_a_statement_that_waits_too_long_for_a_lock_is_busy(visitor: Client, goods: Goods) -> None:
    ours, other = connections["default"], connections["default"].copy()
    with ours.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with closing(other), other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE catalog_product IN ACCESS EXCLUSIVE MODE")

        response = visitor.get(f"/api/products/{goods.ids[7]}")

    ours.close()
    assert response.status_code == 503
    assert response.json()["code"] == "busy"
    assert int(response["Retry-After"]) > 0


def test_too_many_loads_at_once_are_refused_with_a_time_to_come_back(visitor: Client, goods: Goods) -> None:
    gate = LoadGate(limit=1, patience=0.0)
    REGISTRY.wire(lambda: replace(make_ground(), gate=gate))

    with gate.load():
        for address in (f"/api/products/{goods.id}", f"/p/plum-jam-0-{goods.id}/"):
            response = visitor.get(address)

            assert response.status_code == 503
            assert int(response["Retry-After"]) >= 1
            assert b"overloaded" in response.content
