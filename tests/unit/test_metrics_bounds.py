"""Figures just at their bounds: a share that is met exactly, a bucket's own bound, the last event before the count."""

import pytest

from shop.caching.metrics import BUCKETS_MS, COUNT_AT, Figures, Metrics
from shop.caching.results import CacheEvent, Status


def figures_of(*latencies_ms: float) -> Figures:
    metrics = Metrics()
    for latency_ms in latencies_ms:
        metrics(CacheEvent("jam", 7, Status.HIT, latency_ms))
    return metrics.of("jam")


@pytest.mark.parametrize(("share", "is_quick"), [(0.01, True), (0.5, True), (0.51, False), (1.0, False)])
def test_half_of_the_reads_are_half_of_the_reads(share: float, is_quick: bool) -> None:
    percentile = figures_of(*[1.0] * 50, *[100.0] * 50).percentile_ms(share)

    assert percentile is not None
    assert (percentile < 2) is is_quick


def test_a_latency_that_is_a_buckets_bound_belongs_below_it() -> None:
    assert figures_of(BUCKETS_MS[20]).percentile_ms(1.0) == round(BUCKETS_MS[20], 3)


def test_the_buckets_reach_from_10_us_to_10_s() -> None:
    assert BUCKETS_MS[0] == 0.01
    assert 10_000 <= BUCKETS_MS[-1] < 12_500


@pytest.mark.parametrize("count", [COUNT_AT - 1, COUNT_AT, COUNT_AT + 1, 2 * COUNT_AT])
def test_no_event_is_lost_or_counted_twice_around_the_count(count: int) -> None:
    figures = figures_of(*[1.0] * count)

    assert figures.hits == sum(figures.latencies) == count
