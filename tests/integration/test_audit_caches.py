"""What is cached wrongly is found and ends; what is only on its way is not reported. Every kind of damage is planted in
a real Redis, beside the control: the same audit before, which finds nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from analytics.snapshots import ViewsSnapshot
from analytics.views_cache import VIEWS_CACHE, VIEWS_POLICY
from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_CACHE, PRICE_POLICY
from catalog.queries import get_price
from catalog.snapshots import PriceSnapshot
from shop.caching.clock import SystemClock
from shop.caching.entry import ABSENT, TOMBSTONE, VALUE, Versioned, pack
from shop.caching.guarded_store import GuardedStore
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from shop.events.audit import Problem, Report, audit_caches
from shop.wiring import make_ground
from tests.failures.web import NOWHERE, until
from tests.goods import Goods
from tests.integration.cached_prices import amount, read, version, write
from tests.integration.catalog_rows import run_sql
from tests.integration.planted_entries import WatchedClock, plant

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def clock(goods: Goods) -> Iterator[WatchedClock]:
    """All prices are cached; two seconds are over at once."""
    watched = WatchedClock(SystemClock.now())
    ground = replace(make_ground(), clock=watched)
    REGISTRY.wire(lambda: ground)
    # On a busy machine a fill may come too late to be stored.
    until(partial(all_are_hits, goods), within=10)
    yield watched
    REGISTRY.wire(make_ground)


def all_are_hits(goods: Goods) -> bool:
    return {one.status for one in PRICE_CACHE.get_many(goods.ids, load=load_prices).values()} == {Status.HIT}


def plant_price(
    product_id: int, *, version: int, kind: bytes = VALUE, price: str = "0.01", payload: bytes = b""
) -> None:
    if kind == VALUE and not payload:
        snapshot = replace(load_prices([product_id])[product_id].value, amount=Decimal(price))
        payload = PRICE_CACHE._serializer.dumps(snapshot)
    entry = pack(version=version, written_ms=REGISTRY.ground().now_ms, kind=kind, payload=payload)
    plant(PRICE_POLICY, product_id, entry)


def damage(kind: str, product_id: int) -> None:
    now = version(product_id)
    if kind == "another price at the row's version":
        plant_price(product_id, version=now)
    elif kind == "unreadable":
        plant_price(product_id, version=now, payload=b"{")
    elif kind == "an old version":
        plant_price(product_id, version=now - 1)
    elif kind == "written by hand, and nobody applied the log":
        write(product_id, "8.88")
    elif kind == "said to be missing":
        plant_price(product_id, version=now, kind=ABSENT)
    elif kind == "of a row that is gone":
        run_sql("ALTER TABLE catalog_price DISABLE TRIGGER USER")
        Price.objects.filter(pk=product_id).delete()
        run_sql("ALTER TABLE catalog_price ENABLE TRIGGER USER")
    elif kind == "a version that this database never gave":
        plant_price(product_id, version=now + 1_000_000)


KINDS = {
    "another price at the row's version": Problem.DIFFERENT,
    "unreadable": Problem.DIFFERENT,
    "an old version": Problem.OLDER,
    "written by hand, and nobody applied the log": Problem.OLDER,
    "said to be missing": Problem.OLDER,
    "of a row that is gone": Problem.OLDER,
    "a version that this database never gave": Problem.NEWER,
}


def found(report: Report) -> list[tuple[str, int, Problem]]:
    assert not report.cache_error
    return [(finding.cache, finding.entry_id, finding.problem) for finding in report.findings]


def rows() -> Mapping[int, Versioned[PriceSnapshot]]:
    return load_prices(list(Price.objects.values_list("pk", flat=True)))


@pytest.mark.parametrize("which", [7, 29], ids=["one among others", "the last row"])
@pytest.mark.parametrize(("kind", "problem"), KINDS.items())
def test_a_wrong_entry_is_found_and_ends_and_the_tables_are_left_alone(
    goods: Goods, kind: str, problem: Problem, which: int
) -> None:
    assert audit_caches().is_clean
    product_id = goods.ids[which]
    damage(kind, product_id)
    before = rows()

    told = audit_caches()
    mended = audit_caches(repair=True)
    after = audit_caches()

    assert found(told) == found(mended) == [("price", product_id, problem)]
    assert not told.is_clean
    assert mended.is_clean
    assert found(after) == []
    assert rows() == before
    row = before.get(product_id)
    assert read(product_id).value == (row.value if row else None)


def test_what_is_right_is_counted_by_cache_and_what_nobody_has_read_as_not_cached(goods: Goods) -> None:
    get_price(product_id=goods.id)

    tallies = {tally.cache: tally for tally in audit_caches().tallies}

    assert (tallies["price"].right, tallies["price"].found) == (30, 0)
    assert tallies["product"].right == 0
    assert tallies["product"].absent == tallies["product"].checked >= 30


def test_a_change_that_is_just_being_applied_is_no_finding(goods: Goods, clock: WatchedClock) -> None:
    """1. A row is written; 2. the audit looks; 3. the invalidation comes."""
    write(goods.id, "8.88")
    clock.meanwhile = lambda: PRICE_CACHE.invalidate(goods.id, version=version(goods.id))

    assert audit_caches().is_clean


def test_a_row_that_goes_on_changing_is_no_finding(goods: Goods, clock: WatchedClock) -> None:
    """The entry is behind at both looks, each time for a moment only."""

    def next_write() -> None:
        plant_price(goods.id, version=version(goods.id), price="8.88")
        write(goods.id, "9.99")

    write(goods.id, "8.88")
    clock.meanwhile = next_write

    assert audit_caches().is_clean


def test_a_row_that_is_deleted_between_the_looks_is_no_finding(goods: Goods, clock: WatchedClock) -> None:
    write(goods.id, "8.88")
    clock.meanwhile = lambda: Price.objects.filter(pk=goods.id).delete()

    assert audit_caches().is_clean


@pytest.mark.parametrize(("behind", "problems"), [(1, []), (0, [Problem.DIFFERENT])])
def test_views_may_lie_behind_their_row_and_may_not_differ_from_it(
    goods: Goods, behind: int, problems: list[Problem]
) -> None:
    insert = "INSERT INTO analytics_productviews (product_id, total, version) VALUES (%s, 9, 0) RETURNING version"
    ((version_of_row,),) = run_sql(insert, goods.id)
    payload, written_ms = VIEWS_CACHE._serializer.dumps(ViewsSnapshot(goods.id, 5)), REGISTRY.ground().now_ms
    entry = pack(version=version_of_row - behind, written_ms=written_ms, kind=VALUE, payload=payload)
    plant(VIEWS_POLICY, goods.id, entry)

    assert [finding.problem for finding in audit_caches().findings] == problems


def test_tombstones_and_what_is_not_ours_are_not_taken_for_entries(goods: Goods) -> None:
    plant_price(goods.ids[0], version=version(goods.ids[0]) + 1_000_000, kind=TOMBSTONE)
    REGISTRY.ground().store.mark(REGISTRY.ground().keys.entry(PRICE_POLICY, goods.ids[1]))

    report = audit_caches()

    assert report.is_clean
    assert {tally.cache: tally.right for tally in report.tallies}["price"] == 28


def test_a_sample_looks_at_so_many_rows_of_each_cache(goods: Goods) -> None:
    tallies = {tally.cache: tally for tally in audit_caches(sample=5).tallies}

    assert 1 <= tallies["price"].checked <= 5
    assert tallies["category_tree"].checked == 1
    assert tallies["cart"].checked == 0


def test_a_sample_finds_what_is_wrong_with_most_rows(goods: Goods) -> None:
    for product_id in goods.ids:
        plant_price(product_id, version=version(product_id))

    report = audit_caches(sample=5, repair=True)

    assert 1 <= report.found == report.mended <= 5
    assert audit_caches().found == 30 - report.mended


def test_the_command_tells_ends_and_is_content(goods: Goods) -> None:
    damage("another price at the row's version", goods.id)
    told, out = StringIO(), StringIO()

    with pytest.raises(CommandError, match="--repair ends"):
        call_command("audit_caches", stdout=told)
    call_command("audit_caches", "--repair", stdout=out)
    call_command("audit_caches", "--sample", "10", stdout=StringIO())

    assert "another value at version" in told.getvalue()
    assert "yes" in out.getvalue()
    assert amount(goods.id) == Decimal("3.20")


@pytest.mark.parametrize("size", ["0", "-1", "2000000", "many"])
def test_the_command_refuses_a_sample_of_no_sense(size: str) -> None:
    with pytest.raises(CommandError, match="--sample"):
        call_command("audit_caches", "--sample", size, stdout=StringIO())


def test_caches_that_can_not_be_asked_are_not_called_right() -> None:
    client = Redis.from_url(NOWHERE, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.1)
    ground = REGISTRY.ground()
    store = GuardedStore(RedisStore(reads=client, writes=client), breaker=ground.breaker)
    REGISTRY.wire(lambda: replace(ground, store=store))

    report = audit_caches()

    assert (report.found, report.is_clean) == (0, False)
    with pytest.raises(CommandError, match="could not be checked"):
        call_command("audit_caches", stdout=StringIO())
