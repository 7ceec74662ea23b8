"""Stock through the cache: what a read costs, and how a write reaches it, whoever writes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inventory.models import Stock
from inventory.operations import adjust, receive, release, reserve
from inventory.queries import LARGEST_ID, get_stock, get_stocks, read_past_cache_when, stock_refs
from inventory.snapshots import StockSnapshot
from inventory.stock_cache import READ_PAST, STOCK_CACHE, STOCK_POLICY
from shop.caching.clock import ManualClock, SystemClock
from shop.caching.entry import VALUE, kind_of, version_of
from shop.caching.prefetch import prefetch
from shop.caching.provenance import collected
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from shop.caching.write_through import Outcome
from shop.embedded.valkey import EmbeddedValkey
from shop.events.apply import replay_log
from shop.wiring import make_ground
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_entries import entry, version
from tests.integration.stock_rows import MINUTES
from tests.repaired import await_repair

pytestmark = pytest.mark.usefixtures("own_caches")


@pytest.fixture(autouse=True)
def shelf(own_caches: None) -> None:
    """10 of product 1, 3 of product 2."""
    receive(product_id=1, quantity=10, reason="delivery")
    receive(product_id=2, quantity=3, reason="delivery")


@pytest.fixture
def sold_past() -> Iterator[set[int]]:
    """The products that are read past the cache."""
    products: set[int] = set()
    wired = READ_PAST.when
    read_past_cache_when(products.__contains__)
    yield products
    read_past_cache_when(wired)


def test_a_write_leaves_the_new_stock_in_the_cache() -> None:
    adjust(product_id=1, change=-4, reason="broken")

    with CaptureQueriesContext(connection) as queries:
        assert get_stock(product_id=1) == StockSnapshot(1, 6, 0)
    assert len(queries) == 0


def test_a_warm_read_of_many_is_no_query_and_one_round_trip() -> None:
    with CaptureQueriesContext(connection) as queries, collected() as scope:
        assert [stock.on_hand for stock in get_stocks(product_ids=(2, 1)).values()] == [3, 10]

    assert len(queries) == 0
    assert scope.round_trips == 1


def test_stock_rides_in_a_prefetch() -> None:
    with collected() as scope, prefetch(*stock_refs(product_ids=(1, 2, -1))):
        get_stock(product_id=1)
        get_stock(product_id=2)

    assert scope.round_trips == 1


def test_a_product_without_a_row_has_none_and_so_has_what_can_not_be_a_product() -> None:
    for product_id in (99, 0, -1, LARGEST_ID + 1):
        assert get_stock(product_id=product_id) == StockSnapshot(product_id, 0, 0)
    assert list(get_stocks(product_ids=(99, 1, 99, 0))) == [99, 1, 0]


def test_first_goods_replace_what_was_known_to_be_missing() -> None:
    assert get_stock(product_id=99).on_hand == 0

    receive(product_id=99, quantity=1, reason="delivery")

    assert get_stock(product_id=99).on_hand == 1


def test_nothing_is_put_before_the_outermost_commit_and_nothing_after_a_rollback() -> None:
    before = entry(1)

    with transaction.atomic():
        reserve(quantities={1: 4}, lasts=MINUTES)
        assert entry(1) == before
        assert get_stock(product_id=1).held == 4
        transaction.set_rollback(True)

    assert entry(1) == before
    assert get_stock(product_id=1).held == 0


def test_a_row_made_by_hand_is_seen_once_the_log_was_applied() -> None:
    assert get_stock(product_id=77).on_hand == 0

    run_sql("INSERT INTO inventory_stock (product_id, on_hand, held, version) VALUES (77, 5, 0, 0)")
    assert get_stock(product_id=77).on_hand == 0
    replay_log()

    assert get_stock(product_id=77).on_hand == 5


def test_a_row_changed_by_hand_is_seen_once_the_entry_has_run_out() -> None:
    clock = ManualClock(SystemClock.now())
    REGISTRY.wire(lambda: replace(make_ground(), clock=clock))
    run_sql("UPDATE inventory_stock SET on_hand = 8 WHERE product_id = 1")
    assert get_stock(product_id=1).on_hand == 10

    clock.advance(STOCK_POLICY.ttl)

    assert get_stock(product_id=1).on_hand == 8


def test_a_put_that_is_lost_fails_no_write_and_is_repaired(own_valkey: EmbeddedValkey) -> None:
    receive(product_id=1, quantity=1, reason="delivery")
    own_valkey.answer_errors()

    with STOCK_CACHE.writing(1) as write:
        reservation_id = reserve(quantities={1: 4}, lasts=MINUTES)
    during = get_stock(product_id=1)
    own_valkey.answer_properly()
    await_repair()

    assert write.outcome is Outcome.LOST
    assert during == get_stock(product_id=1) == StockSnapshot(1, 11, 4)
    assert release(reservation_id=reservation_id)


def test_while_it_is_said_so_stock_is_read_past_the_cache(sold_past: set[int]) -> None:
    run_sql("UPDATE inventory_stock SET on_hand = on_hand - 1")
    sold_past.add(1)

    assert STOCK_CACHE.get(1).status is Status.BYPASSED
    assert {one: stock.on_hand for one, stock in get_stocks(product_ids=(1, 2)).items()} == {1: 9, 2: 3}

    sold_past.clear()
    assert STOCK_CACHE.get(1).status is Status.HIT


def test_value_and_version_are_the_rows() -> None:
    reserve(quantities={1: 4, 2: 1}, lasts=MINUTES)

    for product_id in (1, 2):
        found = entry(product_id)
        assert found is not None
        assert (kind_of(found), version_of(found)) == (VALUE, version(product_id))
        row = Stock.objects.get(product_id=product_id)
        assert get_stock(product_id=product_id) == StockSnapshot(product_id, row.on_hand, row.held)
