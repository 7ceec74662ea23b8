"""What /metrics tells of the rate limits."""

from django.test import Client

from tests.goods import Goods
from tests.integration.rate_limited import limits_on
from tests.integration.scrapes import one, scraped

__all__ = ["limits_on"]


def test_calls_below_a_rate_limit_are_counted_by_outcome(goods: Goods, limits_on: None) -> None:
    client = Client()

    for _ in range(3):
        client.get("/api/products")
    samples = scraped(client)

    assert one(samples, "larder_rate_limit_calls_total", limit="catalog", outcome="allowed") == 3
    assert one(samples, "larder_rate_limit_calls_total", limit="login", outcome="closed") == 0
    assert one(samples, "larder_rate_limit_unnamed_callers_total") == 0
