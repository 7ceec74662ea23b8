"""Lists of orders, checkouts and carts, and somebody's own orders, read few rows of many, by index."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cart.checkout import settle_due
from cart.models import Order
from cart.orders import get_order, orders_of
from cart.owner import Owner
from shop.events.admin_bases import bounded_paginator
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.scale.plans import plans_of, rows_read

MANY = 12_000
COUNTED = 400
# What a step may look at: what is counted, and a page.
MOST = 2 * COUNTED
OWN = 3

_CHECKOUTS = """
    INSERT INTO cart_checkout (id, guest, key, body_hash, state, cart_id, reservation_id, attempt, payment_key, lines,
        total, currency, email, name, address, card_last4, in_doubt, outcome, short, created_at, paying_since,
        changed_at)
    SELECT gen_random_uuid(), 'guest ' || n %% %s, 'key ' || n, '',
        CASE WHEN n %% 4000 = 0 THEN 'paying' WHEN n %% 3 = 0 THEN 'declined' ELSE 'completed' END, n, n, 1, 'p' || n,
        '[]', 5, 'EUR', 'ann@example.org', 'Ann', '1 Lane', '4242', n %% 4000 = 0, '', '[]',
        now() - n * interval '1 minute', now(), now()
    FROM generate_series(1, %s) AS n
"""
_ORDERS = """
    INSERT INTO cart_order (id, number, guest, status, email, name, address, total, currency, takes_back, placed_at,
        changed_at)
    SELECT id, nextval('cart_order_number'), guest, CASE WHEN random() < 0.01 THEN 'placed' ELSE 'delivered' END,
        guest || '@example.org', name, address, total, currency, false, created_at, created_at FROM cart_checkout
"""
_LINES = """
    INSERT INTO cart_orderline (order_id, product_id, sku, name, quantity, unit_price)
    SELECT id, 1, 'S', 'Tea', 1, 5 FROM cart_order
"""
_PAYMENTS = """
    INSERT INTO cart_payment (checkout_id, order_id, key, status, amount, currency, card_last4, reference, reason,
        asked_at)
    SELECT id, id, payment_key, 'charged', 5, 'EUR', '4242', '', '', now() FROM cart_checkout
"""
_CARTS = """
    WITH carts AS (
        INSERT INTO cart_cart (version, touched_at) SELECT 0, now() - n * interval '1 minute'
        FROM generate_series(1, %s) AS n RETURNING id
    )
    INSERT INTO cart_cartline (cart_id, product_id, quantity, name_when_added, currency)
    SELECT id, p, 1, 'Tea', '' FROM carts, generate_series(1, 3) AS p
"""


@pytest.fixture
def sold(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(bounded_paginator, "COUNTED_ROWS", COUNTED)
    run_sql("SET statement_timeout = 0")
    run_sql(_CHECKOUTS, MANY // OWN, MANY)
    run_sql(_ORDERS)
    run_sql(_LINES)
    run_sql(_PAYMENTS)
    run_sql(_CARTS, MANY)
    for table in ("checkout", "order", "orderline", "payment", "cart", "cartline"):
        run_sql(f"VACUUM ANALYZE cart_{table}")
    return staff


def most_read(call: Callable[[], object]) -> int:
    """The most rows that one step of one statement looks at."""
    with CaptureQueriesContext(connection) as queries:
        call()
    assert queries.captured_queries
    return max(rows_read(step) for step in plans_of(query["sql"] for query in queries.captured_queries))


def test_every_list_of_the_counter_reads_few_rows(sold: Client) -> None:
    order = Order.objects.order_by("-number")[0]
    cart_id = run_sql("SELECT max(id) FROM cart_cart")[0][0]
    addresses = [
        *(f"/admin/cart/order/{query}" for query in ("", "?p=7", "?o=0", "?o=-0", "?o=3", f"?q={order.number}")),
        *(f"/admin/cart/order/?status__exact={status}" for status in ("placed", "delivered", "refunded")),
        "/admin/cart/order/?q=Guest 5@Example.ORG",
        f"/admin/cart/order/{order.pk}/change/",
        *(f"/admin/cart/checkout/{query}" for query in ("", "?p=7", "?o=4", f"?q={order.pk}")),
        *(f"/admin/cart/checkout/?state__exact={state}" for state in ("paying", "declined", "completed", "abandoned")),
        f"/admin/cart/checkout/{order.pk}/change/",
        *(f"/admin/cart/cart/{query}" for query in ("", "?p=7", "?o=3")),
        f"/admin/cart/cart/{cart_id}/change/",
    ]

    def look(address: str) -> None:
        assert sold.get(address).status_code == 200, address

    read = {address: most_read(lambda address=address: look(address)) for address in addresses}  # type: ignore[misc]

    assert {address: rows for address, rows in read.items() if rows > MOST} == {}
    unindexed = Order.objects.order_by("name", "address")
    assert most_read(lambda: list(unindexed[:50])) >= MANY, "the control: an order without an index reads every row"


def test_somebody_s_own_orders_are_found_by_index(sold: Client) -> None:
    owner = Owner(None, "guest 5")
    order_id = Order.objects.filter(guest="guest 5").values_list("pk", flat=True)[0]
    customer = Owner(User.objects.create_user("cat").pk, "guest 5")

    for one in (owner, customer):
        assert len([order for order in orders_of(owner=one) if order.is_order]) == OWN
        assert most_read(lambda one=one: orders_of(owner=one)) <= MOST  # type: ignore[misc]
        assert most_read(lambda one=one: get_order(order_id=order_id, owner=one)) <= OWN  # type: ignore[misc]
        assert most_read(lambda one=one: get_order(order_id=UUID(int=1), owner=one)) <= OWN  # type: ignore[misc]


def test_the_sweeper_finds_what_is_in_doubt_by_index(sold: Client) -> None:
    """An UPDATE is not run again to be explained: the same choice as a SELECT."""
    with CaptureQueriesContext(connection) as queries:
        settle_due(older_than=timedelta(hours=1))
    (claim,) = (query["sql"] for query in queries.captured_queries if "SKIP LOCKED" in query["sql"])
    inner = claim[claim.index("SELECT id") : claim.index("FOR NO KEY")]

    assert max(rows_read(step) for step in plans_of([inner])) <= MANY // 4000
