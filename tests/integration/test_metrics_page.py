"""GET /metrics: the figures of the answering process, by Prometheus's own parser; what comes while a server is away."""

from dataclasses import replace
from itertools import pairwise
from math import inf

from django.test import Client
from prometheus_client import REGISTRY as GLOBAL_REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from shop.caching.local_tier import LocalTier
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.lost_database import lost_database
from tests.integration.scrapes import Samples, buckets, names, one, scraped


def test_the_text_is_that_of_prometheus_and_is_kept_nowhere(visitor: Client, goods: Goods) -> None:
    page = visitor.get("/metrics")

    assert page["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "no-store" in page["Cache-Control"]
    families = list(text_string_to_metric_families(page.content.decode()))
    assert all(family.documentation and family.type != "unknown" for family in families)
    assert len({family.name for family in families}) == len(families)
    assert visitor.post("/metrics").status_code == 405


def test_nothing_of_ours_is_in_the_library_s_global_registry() -> None:
    assert not [family.name for family in GLOBAL_REGISTRY.collect() if family.name.startswith("larder")]


def test_reads_are_counted_by_cache_and_status(visitor: Client, goods: Goods) -> None:
    def read(status: str) -> float:
        return one(scraped(visitor), "larder_cache_reads_total", cache="category_tree", status=status)

    misses, hits = read("miss"), read("hit")
    visitor.get("/c/jams/")
    visitor.get("/c/jams/")
    after = scraped(visitor)

    assert (read("miss") - misses, read("hit") - hits) == (1, 1)
    assert ("larder_cache_reads_total", frozenset({("cache", "price"), ("status", "put")})) not in after
    assert one(after, "larder_cache_writes_total", cache="cart", status="put") >= 0


def test_latencies_are_a_histogram_of_seconds(visitor: Client, goods: Goods) -> None:
    visitor.get(f"/api/products/{goods.id}")

    samples = scraped(visitor)

    found = buckets(samples, "larder_cache_read_seconds", cache="price")
    assert all(lower <= upper for (_, lower), (_, upper) in pairwise(found))
    assert found[-1] == (inf, one(samples, "larder_cache_read_seconds_count", cache="price"))
    reads = [
        count
        for (name, has), count in samples.items()
        if name == "larder_cache_reads_total" and ("cache", "price") in has
    ]
    assert sum(reads) == found[-1][1]
    assert 0 < one(samples, "larder_cache_read_seconds_sum", cache="price") < 60 * found[-1][1]
    assert 20 <= len(found) <= 25


def test_a_scrape_is_in_no_figure_of_a_cache(visitor: Client, goods: Goods) -> None:
    first, second = scraped(visitor), scraped(visitor)

    changed = {key for key in first if key[0].startswith("larder_cache") and first[key] != second[key]}
    assert changed == set()


def test_the_state_of_the_breaker_and_the_bound_on_loads(visitor: Client, goods: Goods) -> None:
    closed = scraped(visitor)
    breaker = REGISTRY.ground().breaker
    for _ in range(5):
        permit = breaker.admit()
        assert permit is not None
        breaker.failed(permit)

    opened = scraped(visitor)

    def states(samples: Samples) -> list[float]:
        states = ("closed", "open", "half-open")
        return [one(samples, "larder_cache_breaker_state", state=state) for state in states]

    assert (states(closed), states(opened)) == ([1, 0, 0], [0, 1, 0])
    assert one(closed, "larder_load_gate_limit") == REGISTRY.ground().gate.limit


def test_the_local_tier_is_there_where_there_is_one(visitor: Client, goods: Goods) -> None:
    without = scraped(visitor)
    ground = make_ground()
    tier = LocalTier(clock=ground.clock)
    REGISTRY.wire(lambda: replace(ground, local=tier))

    distrusted = scraped(visitor)
    tier.trust(until=ground.clock.monotonic() + 60)
    trusted = scraped(visitor)

    assert "larder_local_tier_trusted" not in names(without)
    assert one(distrusted, "larder_local_tier_trusted") == 0
    assert (one(trusted, "larder_local_tier_trusted"), one(trusted, "larder_local_tier_copies")) == (1, 0)


def test_without_a_database_the_process_s_own_figures_still_come(visitor: Client, goods: Goods) -> None:
    visitor.get(f"/api/products/{goods.id}")
    with lost_database():
        samples = scraped(visitor)

    assert one(samples, "larder_database_up") == 0
    assert one(samples, "larder_cache_reads_total", cache="price", status="miss") >= 1
    assert "larder_changes_unfinished" not in names(samples)


def test_without_redis_all_figures_come(visitor: Client, lost_redis: None) -> None:
    assert {"larder_cache_reads_total", "larder_changes_unfinished"} <= names(scraped(visitor))
