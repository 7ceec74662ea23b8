"""GET /metrics: every family, by Prometheus's own parser; what a scrape costs; what comes while a server is away."""

from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY as GLOBAL_REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from shop.caching.local_tier import LocalTier
from shop.caching.registry import REGISTRY
from shop.events.station import StationSign, tell
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.change_traces import fell_silent, logged, traced

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(client: Client) -> Samples:
    page = client.get("/metrics")
    assert page.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.content.decode())
        for sample in family.samples
    }


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def names(samples: Samples) -> set[str]:
    return {name for name, _ in samples}


def buckets(samples: Samples, name: str, **labels: str) -> list[tuple[float, float]]:
    """Upper bounds and counts, in order."""
    wanted = frozenset(labels.items())
    found = [(dict(has), count) for (sample, has), count in samples.items() if sample == f"{name}_bucket"]
    return sorted((float(has.pop("le")), count) for has, count in found if wanted <= set(has.items()))


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


def test_what_waits_and_for_how_long(visitor: Client, goods: Goods) -> None:
    logged(age_s=30)

    samples = scraped(visitor)

    assert one(samples, "larder_database_up") == 1
    assert one(samples, "larder_changes_unfinished") == 1
    assert 30 <= one(samples, "larder_changes_oldest_unfinished_seconds") < 60


def test_each_relay_and_consumer_has_its_own_figures(visitor: Client, goods: Goods) -> None:
    tell(name="relay", instance="a:1", sign=StationSign(100))
    tell(name="consumer", instance="a:2", sign=StationSign(90, dead_letters=2, ignored=3, lag=8))

    samples = scraped(visitor)

    relay, consumer = {"station": "relay", "process": "a:1"}, {"station": "consumer", "process": "a:2"}
    assert one(samples, "larder_station_events_total", **relay) == 100
    assert one(samples, "larder_station_events_total", **consumer) == 90
    assert one(samples, "larder_station_dead_letters_total", **consumer) == 2
    assert one(samples, "larder_station_ignored_total", **consumer) == 3
    assert one(samples, "larder_consumer_lag", **consumer) == 8
    assert ("larder_consumer_lag", frozenset(relay.items())) not in samples
    assert 0 <= one(samples, "larder_station_silent_seconds", **relay) < 5


def test_the_lag_of_a_dead_consumer_is_not_counted_twice(visitor: Client, goods: Goods) -> None:
    tell(name="consumer", instance="a:2", sign=StationSign(90, lag=8))
    fell_silent("consumer", seconds=60)

    samples = scraped(visitor)

    assert "larder_consumer_lag" not in names(samples)
    assert one(samples, "larder_station_silent_seconds", station="consumer", process="a:2") >= 60


def test_how_long_changes_took_is_a_histogram_by_stage(visitor: Client, goods: Goods) -> None:
    for change_id, applied in ((1, 8), (2, 50), (3, 50), (4, 60_000)):
        traced(change_id, applied=applied, dropped=[applied + 1] if applied < 1000 else ())

    samples = scraped(visitor)

    within = dict(buckets(samples, "larder_change_seconds", stage="applied"))
    assert (within[0.01], within[0.025], within[0.05], within[10.0], within[inf]) == (1, 1, 3, 3, 4)
    assert one(samples, "larder_change_seconds_count", stage="applied") == 4
    assert one(samples, "larder_change_seconds_sum", stage="applied") == pytest.approx(60.108)
    assert one(samples, "larder_change_seconds_count", stage="dropped") == 3


def test_a_histogram_of_nothing_is_all_zero(visitor: Client, goods: Goods) -> None:
    samples = scraped(visitor)

    for stage in ("applied", "dropped"):
        assert {count for _, count in buckets(samples, "larder_change_seconds", stage=stage)} == {0}
        assert one(samples, "larder_change_seconds_sum", stage=stage) == 0


def test_a_scrape_is_three_statements_however_much_there_is(visitor: Client, goods: Goods) -> None:
    for number in range(30):
        traced(number + 1)
        tell(name="consumer", instance=f"a:{number}", sign=StationSign(number))

    with CaptureQueriesContext(connection) as queries:
        scraped(visitor)

    assert len(queries) == 3


def test_without_a_database_the_process_s_own_figures_still_come(visitor: Client, goods: Goods) -> None:
    visitor.get(f"/api/products/{goods.id}")
    ours = connections["default"]
    port = ours.settings_dict["PORT"]
    ours.close()
    ours.settings_dict["PORT"] = "1"
    try:
        samples = scraped(visitor)
    finally:
        ours.close()
        ours.settings_dict["PORT"] = port

    assert one(samples, "larder_database_up") == 0
    assert one(samples, "larder_cache_reads_total", cache="price", status="miss") >= 1
    assert "larder_changes_unfinished" not in names(samples)


def test_without_redis_all_figures_come(visitor: Client, goods: Goods, settings: Any) -> None:
    settings.CACHES = {
        alias: {**cache, "LOCATION": "redis://127.0.0.1:1/0?socket_connect_timeout=0.1"}
        for alias, cache in settings.CACHES.items()
    }
    REGISTRY.wire(make_ground)

    assert {"larder_cache_reads_total", "larder_changes_unfinished"} <= names(scraped(visitor))
