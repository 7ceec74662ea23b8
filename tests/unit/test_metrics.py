"""The figures of a cache: counts, hit ratio, percentiles."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.metrics import COUNT_AT, Figures, Metrics
from shop.caching.results import CacheEvent, Status


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def hear(metrics: Metrics, status: Status, times: int = 1, *, cache: str = "jam", latency_ms: float = 1.0) -> None:
    for _ in range(times):
        metrics(CacheEvent(cache, 7, status, latency_ms))


def test_a_cache_that_nobody_has_read_has_no_figures(metrics: Metrics) -> None:
    figures = metrics.of("jam")

    assert (figures.hits, figures.misses, figures.hit_ratio, figures.percentile_ms(0.5)) == (0, 0, None, None)


def test_each_status_is_counted_for_itself(metrics: Metrics) -> None:
    for times, status in enumerate(Status, start=1):
        hear(metrics, status, times)

    figures = metrics.of("jam")

    hit, local, miss, stale, negative, error, skipped, bypassed, put, unput = range(1, 11)
    assert figures.hits == hit + stale + negative + local
    assert figures.local_hits == local
    assert figures.stale == stale
    assert (figures.misses, figures.errors, figures.skips, figures.bypasses) == (miss, error, skipped, bypassed)
    assert (figures.writes, figures.lost_writes) == (put + unput, unput)


def test_the_hit_ratio_is_of_hits_and_misses_alone(metrics: Metrics) -> None:
    for status, times in ((Status.HIT, 1), (Status.STALE, 1), (Status.MISS, 1), (Status.ERROR, 9)):
        hear(metrics, status, times)

    assert metrics.of("jam").hit_ratio == 0.6667


def test_writes_are_not_among_the_latencies_nor_in_the_hit_ratio(metrics: Metrics) -> None:
    hear(metrics, Status.HIT, latency_ms=1.0)
    hear(metrics, Status.PUT, 99, latency_ms=500.0)
    hear(metrics, Status.UNPUT, 99, latency_ms=500.0)

    figures = metrics.of("jam")

    assert sum(figures.latencies) == 1
    assert figures.latency_sum_ms == 1.0
    assert (figures.percentile_ms(0.99) or 0) < 2
    assert figures.hit_ratio == 1.0


def test_only_misses_make_a_hit_ratio_of_zero(metrics: Metrics) -> None:
    hear(metrics, Status.MISS)

    assert metrics.of("jam").hit_ratio == 0.0


def test_caches_are_counted_apart(metrics: Metrics) -> None:
    hear(metrics, Status.HIT, 2, cache="jam")
    hear(metrics, Status.HIT, 3, cache="bread")

    assert (metrics.of("jam").hits, metrics.of("bread").hits) == (2, 3)


@pytest.mark.parametrize("latency_ms", [0.01, 0.0123, 0.9, 1.0, 37.5, 9999.0])
def test_a_percentile_is_never_too_low_and_at_most_a_quarter_too_high(metrics: Metrics, latency_ms: float) -> None:
    hear(metrics, Status.HIT, latency_ms=latency_ms)

    measured = metrics.of("jam").percentile_ms(0.5)

    assert measured is not None
    assert latency_ms * 0.99 <= measured <= latency_ms * 1.26


def test_percentiles_tell_the_many_from_the_few(metrics: Metrics) -> None:
    hear(metrics, Status.HIT, 98, latency_ms=1.0)
    hear(metrics, Status.MISS, 2, latency_ms=100.0)

    figures = metrics.of("jam")

    median, slowest = figures.percentile_ms(0.50), figures.percentile_ms(0.99)
    assert median is not None
    assert slowest is not None
    assert median < 1.3
    assert slowest >= 100


def test_what_took_longer_than_the_largest_bucket_is_still_counted(metrics: Metrics) -> None:
    hear(metrics, Status.MISS, latency_ms=1e9)

    assert sum(metrics.of("jam").latencies) == 1
    assert metrics.of("jam").percentile_ms(0.99) is not None


def test_events_wait_to_be_counted_in_bounded_number(metrics: Metrics) -> None:
    hear(metrics, Status.HIT, 3 * COUNT_AT + 7)

    assert len(metrics._uncounted) < COUNT_AT
    assert metrics.of("jam").hits == 3 * COUNT_AT + 7


def test_no_event_of_many_threads_is_lost(metrics: Metrics) -> None:
    threads, each = 16, 2000
    at_once = threading.Barrier(threads)

    def work(_: int) -> Figures:
        at_once.wait()
        hear(metrics, Status.HIT, each)
        return metrics.of("jam")

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))

    assert metrics.of("jam").hits == threads * each
