"""What the answering process has decided about calls, since it started. Asks nobody."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric

from shop.visitors.rate_limits.figures import Outcome
from shop.visitors.rate_limits.policies import POLICIES
from shop.visitors.rate_limits.registry import RATE_LIMITS


class RateLimitsCollector:
    """Reads the figures of the rate limits, and no window."""

    def collect(self) -> Iterable[Metric]:
        calls = CounterMetricFamily(
            "larder_rate_limit_calls",
            "Calls below a rate limit by how they were decided (allowed, refused; while Redis is away local, and beyond"
            " the process's share closed or open), of the answering process, since it started.",
            labels=["limit", "outcome"],
        )
        for policy in POLICIES:
            for outcome in Outcome:
                calls.add_metric([policy.name, outcome], RATE_LIMITS.figures.of(policy.name, outcome))
        yield calls
        unnamed = CounterMetricFamily(
            "larder_rate_limit_unnamed_callers",
            "Calls with a key or a session that counted for their address, since the database could not say whose it"
            " was, of the answering process, since it started.",
        )
        unnamed.add_metric([], RATE_LIMITS.figures.unnamed)
        yield unnamed
