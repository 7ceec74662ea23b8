"""Every address is read, and whatever writes when it is read has a limit, or stands on a short list with its reason."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.flushing import flush_views
from cart.models import Order
from catalog.queries import get_products
from shop.storefront.pictures.picture import EDITION
from shop.storefront.pictures.picture_of import picture_of_product
from shop.visitors.rate_limits.routes import COUNTING_READS
from tests.goods import Goods
from tests.integration.checkouts import stocked
from tests.integration.flash_sales import make_sale, turn
from tests.integration.sessions import customer
from tests.integration.test_checkout_api import post
from tests.integration.test_rate_limit_routes import routes

# Of an address of the admin: its table.
TABLE: Final = re.compile(r"admin/(\w+)/(\w+)/")
PARAMETER: Final = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\([^)]*\)|\[[^\]]*\]|[^()\[\]])*\)")
WRITES: Final = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b|^\s*WITH\b.*\b(INSERT|UPDATE|DELETE)\b", re.DOTALL)
# A customer's, and only with what is theirs: what they ordered as a guest, in this session, is taken along.
TAKING_ALONG: Final = {
    "account/",
    "orders/<uuid:order_id>/",
    "orders/<uuid:order_id>/events/",
    "api/orders/<uuidstr:order_id>",
}
# Nothing is there to be read.
NOTHING_THERE: Final = {"api/"}


@contextmanager
def written() -> Iterator[list[str]]:
    """What is written inside: statements, and counted views."""
    found: list[str] = []
    flush_views()
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [query["sql"] for query in queries.captured_queries if WRITES.search(query["sql"])]
    if flush_views().increments:
        found.append("a view is counted")


def read(client: Client, route: str, values: dict[str, Any]) -> HttpResponseBase:
    """In the admin, an object of the table that the address names, if it has one."""
    known = values | {"slug": "pantry" if route.startswith("c/") else "plum-jam-0"}

    def told(found: re.Match[str]) -> str:
        name = str(found[1] or found[2])
        return str(known[name] if name in known else _first_of(route))

    return client.get("/" + PARAMETER.sub(told, route).replace("^", "").replace("$", ""))


def _first_of(route: str) -> object:
    table = TABLE.match(route)
    row = apps.get_model(table[1], table[2])._default_manager.first() if table else None
    return 1 if row is None else row.pk


@pytest.fixture
def values(goods: Goods, visitor: Client) -> dict[str, Any]:
    """What stands in the addresses; `visitor` has bought as a guest, and has logged in since."""
    stocked(goods)
    visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json")
    assert post(visitor).status_code == 201
    visitor.put(f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json")
    visitor.force_login(customer())
    sale_id = make_sale([goods.id])
    turn(sale_id, "on")
    return {
        "product_id": goods.id,
        "sale_id": sale_id,
        "order_id": Order.objects.get().pk,
        "edition": EDITION,
        "name": picture_of_product(get_products(product_ids=[goods.id])[goods.id], None).name,
    }


def walk(client: Client, routes: set[str], values: dict[str, Any]) -> tuple[set[str], dict[str, int]]:
    """Those that write, and how each was answered."""
    writing, statuses = set(), {}
    for route in sorted(routes):
        with written() as found:
            statuses[route] = read(client, route, values).status_code
        writing |= {route} if found else set()
    return writing, statuses


def test_whatever_writes_when_a_visitor_reads_it_has_a_limit_or_is_known(
    visitor: Client, values: dict[str, Any]
) -> None:
    shop = {route for route in routes() if not route.startswith("admin/")}

    writing, statuses = walk(visitor, shop, values)

    assert writing == TAKING_ALONG | set(COUNTING_READS)
    assert {route for route, status in statuses.items() if status not in (200, 302, 303, 405)} == NOTHING_THERE


def test_nothing_in_the_admin_writes_when_staff_read_it(staff: Client, values: dict[str, Any]) -> None:
    admin = {route for route in routes() if route.startswith("admin/")}

    writing, statuses = walk(staff, admin, values)

    assert writing == set()
    assert sum(status == 200 for status in statuses.values()) > len(admin) / 3
    assert not [route for route, status in statuses.items() if status >= 500]
