"""What the cache says wrongly of stock is found and mended; what is only on its way is not reported."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from inventory.loaders import load_stocks
from inventory.models import Stock
from inventory.operations import receive
from inventory.queries import get_stock
from inventory.reconcile import Report, reconcile
from inventory.snapshots import StockSnapshot
from inventory.stock_cache import STOCK_CACHE, STOCK_POLICY
from shop.caching.clock import SystemClock
from shop.caching.entry import ABSENT, TOMBSTONE, VALUE, pack
from shop.caching.ground import Ground
from shop.caching.guarded_store import GuardedStore
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.events.identity import database_id
from shop.wiring import make_ground
from tests.failures.web import NOWHERE
from tests.integration import planted_entries
from tests.integration.catalog_rows import run_sql
from tests.integration.planted_entries import WatchedClock
from tests.integration.stock_entries import version

pytestmark = pytest.mark.usefixtures("own_caches", "clock")


@pytest.fixture
def clock(own_caches: None) -> Iterator[WatchedClock]:
    """10 of product 1 and of product 2, cached; a second is over at once."""
    watched = WatchedClock(SystemClock.now())
    ground: Ground = replace(make_ground(), clock=watched)
    REGISTRY.wire(lambda: ground)
    for product_id in (1, 2):
        receive(product_id=product_id, quantity=10, reason="delivery")
    yield watched
    REGISTRY.wire(make_ground)


def plant(product_id: int, *, version: int, kind: bytes = VALUE, on_hand: int = 10) -> None:
    """An entry that nobody of ours would store."""
    payload = STOCK_CACHE._serializer.dumps(StockSnapshot(product_id, on_hand, 0)) if kind == VALUE else b""
    now_ms = REGISTRY.ground().now_ms
    planted_entries.plant(
        STOCK_POLICY, product_id, pack(version=version, written_ms=now_ms, kind=kind, payload=payload)
    )


def damage(kind: str) -> None:
    now = version(1)
    if kind == "other numbers at the row's version":
        plant(1, version=now, on_hand=99)
    elif kind == "an old version":
        plant(1, version=now - 1, on_hand=99)
    elif kind == "a version above the row's":
        run_sql("SELECT setval('larder_version', nextval('larder_version') + 10)")
        plant(1, version=now + 5, on_hand=99)
    elif kind == "a version that this database never gave":
        plant(1, version=now + 1_000_000, on_hand=99)
    elif kind == "a floor that this database never gave":
        plant(1, version=now + 1_000_000, kind=TOMBSTONE)
    elif kind == "said to be missing":
        plant(1, version=now, kind=ABSENT)
    elif kind == "unreadable":
        now_ms = REGISTRY.ground().now_ms
        planted_entries.plant(STOCK_POLICY, 1, pack(version=now, written_ms=now_ms, kind=VALUE, payload=b"{"))
    elif kind == "a value of a row that is gone":
        run_sql("ALTER TABLE inventory_stock DISABLE TRIGGER USER")
        run_sql("DELETE FROM inventory_stock WHERE product_id = 1")
        run_sql("ALTER TABLE inventory_stock ENABLE TRIGGER USER")


KINDS = (
    "other numbers at the row's version",
    "an old version",
    "a version above the row's",
    "a version that this database never gave",
    "a floor that this database never gave",
    "said to be missing",
    "unreadable",
    "a value of a row that is gone",
)


def cached_wrongly(report: Report) -> list[int]:
    return [finding.product_id for finding in report.findings if finding.problem.name == "CACHED"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_entry_is_found_and_mended_and_the_tables_keep_their_numbers(kind: str) -> None:
    damage(kind)
    before = list(Stock.objects.order_by("product_id").values_list("product_id", "on_hand", "held"))
    ledger = run_sql("SELECT * FROM inventory_movement ORDER BY id")

    assert cached_wrongly(reconcile()) == [1]
    mended = reconcile(repair=True)
    after = reconcile()

    assert cached_wrongly(mended) == [1]
    assert mended.mended == 1
    assert cached_wrongly(after) == []
    assert list(Stock.objects.order_by("product_id").values_list("product_id", "on_hand", "held")) == before
    assert run_sql("SELECT * FROM inventory_movement ORDER BY id") == ledger
    row = load_stocks([1]).get(1)
    assert get_stock(product_id=1) == (row.value if row else StockSnapshot(1, 0, 0))


def test_only_versions_that_this_database_never_gave_cost_all_the_caches() -> None:
    identity = database_id()
    damage("a version above the row's")
    reconcile(repair=True)
    assert database_id() == identity

    damage("a version that this database never gave")
    reconcile(repair=True)
    assert database_id() != identity


def test_a_write_that_is_just_being_put_is_no_finding(clock: WatchedClock) -> None:
    """1. A row is written; 2. reconcile looks; 3. the entry follows."""
    old = version(1)
    run_sql("UPDATE inventory_stock SET version = version WHERE product_id = 1")
    plant(1, version=old)
    clock.meanwhile = lambda: plant(1, version=version(1))

    assert reconcile().is_clean


def test_a_row_that_goes_on_changing_is_no_finding(clock: WatchedClock) -> None:
    """The entry is behind at both looks, each time for a moment only."""
    old = version(1)
    run_sql("UPDATE inventory_stock SET version = version WHERE product_id = 1")
    plant(1, version=old)

    def next_write() -> None:
        plant(1, version=version(1))
        run_sql("UPDATE inventory_stock SET version = version WHERE product_id = 1")

    clock.meanwhile = next_write

    assert reconcile().is_clean


def test_an_entry_that_stays_behind_is_a_finding(clock: WatchedClock) -> None:
    """By hand, with nobody to apply the log."""
    run_sql("UPDATE inventory_stock SET version = version WHERE product_id = 1")

    assert cached_wrongly(reconcile()) == [1]


def test_an_empty_cache_and_tombstones_are_right() -> None:
    STOCK_CACHE.invalidate(1, version=version(1))

    assert reconcile().is_clean


def test_a_product_that_is_named_and_has_no_row_is_looked_up_too() -> None:
    plant(4711, version=3)

    assert cached_wrongly(reconcile()) == []
    assert cached_wrongly(reconcile(product_ids=[4711])) == [4711]
    assert reconcile(product_ids=[4711], repair=True).is_clean


def test_the_command_mends_the_cache_and_is_content() -> None:
    damage("other numbers at the row's version")
    out = StringIO()

    with pytest.raises(CommandError, match="--repair mends"):
        call_command("reconcile", stdout=StringIO())
    call_command("reconcile", "--repair", stdout=out)

    assert "1 wrong, 1 mended" in out.getvalue()


def test_a_cache_that_can_not_be_asked_is_not_called_right() -> None:
    client = Redis.from_url(NOWHERE, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.1)
    ground = REGISTRY.ground()
    store = GuardedStore(RedisStore(reads=client, writes=client), breaker=ground.breaker)
    REGISTRY.wire(lambda: replace(ground, store=store))

    report = reconcile()

    assert (report.checked, report.found, report.is_clean) == (2, 0, False)
    with pytest.raises(CommandError, match="could not be checked"):
        call_command("reconcile", stdout=StringIO())
