"""GET /metrics: the change log, relays and consumers; what a scrape costs."""

from math import inf

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.events.station import StationSign, tell
from tests.goods import Goods
from tests.integration.change_traces import fell_silent, logged, traced
from tests.integration.scrapes import buckets, names, one, scraped


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


def test_for_how_long_a_living_consumer_s_witness_has_not_seen_redis(visitor: Client, goods: Goods) -> None:
    tell(name="relay", instance="a:1", sign=StationSign(100))
    tell(name="consumer", instance="a:2", sign=StationSign(90, blind_s=30))
    blind = scraped(visitor)
    fell_silent("consumer", seconds=60)
    dead = scraped(visitor)

    assert 30 <= one(blind, "larder_witness_blind_seconds", station="consumer", process="a:2") < 40
    assert "larder_witness_blind_seconds" not in names(dead)


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


def test_a_scrape_is_four_statements_however_much_there_is(visitor: Client, goods: Goods) -> None:
    for number in range(30):
        traced(number + 1)
        tell(name="consumer", instance=f"a:{number}", sign=StationSign(number))

    with CaptureQueriesContext(connection) as queries:
        scraped(visitor)

    assert len(queries) == 4
