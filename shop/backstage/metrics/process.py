"""What the answering process did since it started. Asks nobody, so it comes whatever is down."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from shop.caching.breaker import BreakerState
from shop.caching.metrics import BUCKETS_MS, Figures
from shop.caching.registry import REGISTRY
from shop.caching.results import WRITTEN, Status

# Every third of the buckets, from 16 us to 8 s, each twice the one before: a scrape carries them for every cache.
_BOUNDS: Final = tuple(enumerate(BUCKETS_MS))[2::3]
_OWN: Final = "of the answering process, since it started"


class ProcessCollector:
    """Reads the registry of the caches, and no cache."""

    def collect(self) -> Iterable[Metric]:
        ground = REGISTRY.ground()
        yield from _caches()
        breaker = GaugeMetricFamily(
            "larder_cache_breaker_state", f"1 for the state that the circuit breaker is in, {_OWN}.", labels=["state"]
        )
        for state in BreakerState:
            breaker.add_metric([state], float(ground.breaker.state is state))
        yield breaker
        limit = "How many loads from the database the answering process allows at once."
        yield GaugeMetricFamily("larder_load_gate_limit", limit, value=ground.gate.limit)
        if (tier := ground.local) is not None:
            held = "Copies that the answering process holds of its own."
            yield GaugeMetricFamily("larder_local_tier_copies", held, value=len(tier))
            trusted = "1 while the answering process shows its own copies: it hears of every change."
            yield GaugeMetricFamily("larder_local_tier_trusted", trusted, value=float(tier.trusted))


def _caches() -> Iterator[Metric]:
    reads = CounterMetricFamily(
        "larder_cache_reads", f"Reads of a cache by how they were answered, {_OWN}.", labels=["cache", "status"]
    )
    writes = CounterMetricFamily(
        "larder_cache_writes",
        f"Writes through a cache by whether it took them (put) or not (unput), {_OWN}.",
        labels=["cache", "status"],
    )
    seconds = HistogramMetricFamily(
        "larder_cache_read_seconds", f"How long reads of a cache took, {_OWN}.", labels=["cache"]
    )
    for policy in REGISTRY.policies():
        figures = REGISTRY.metrics.of(policy.name)
        for status in Status:
            family = writes if status in WRITTEN else reads
            family.add_metric([policy.name, status], figures.by_status[status])
        seconds.add_metric([policy.name], _buckets(figures), figures.latency_sum_ms / 1000)
    yield from (reads, writes, seconds)


def _buckets(figures: Figures) -> Sequence[tuple[str, float]]:
    """Prometheus counts in each bucket all that was as quick, or quicker."""
    within = list(accumulate(figures.latencies))
    bounds = [(str(round(bound / 1000, 9)), float(within[place])) for place, bound in _BOUNDS]
    return [*bounds, ("+Inf", float(within[-1]))]
