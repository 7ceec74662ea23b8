"""Warm starts: the most popular products are in the caches before anybody asks for them."""

import io
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from analytics import warming
from analytics.warming import PARTS, Warmed, is_warm, popular_batches, rest, warm
from catalog import queries
from catalog.loaders import load_prices
from catalog.operations import set_popularity
from shop.caching.clock import ManualClock
from shop.caching.registry import REGISTRY
from tests.integration.catalog_rows import run_sql
from tests.integration.counted_commands import own_redis
from tests.integration.popular_goods import FAST, popular

__all__ = ["own_redis", "popular"]


def test_after_a_warm_up_a_popular_product_costs_its_first_visitor_no_query(
    visitor: Client, popular: Sequence[int], own_redis: Redis
) -> None:
    warmed = warm(top=len(popular), rate=FAST)

    assert (warmed.products, warmed.present, warmed.filled) == (30, 0, 30 * len(PARTS))
    for product_id in popular:
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(f"/api/products/{product_id}").status_code == 200
        assert len(asked) == 0


def test_only_the_most_popular_are_filled_and_what_is_there_already_is_left(
    popular: Sequence[int], own_redis: Redis
) -> None:
    warm(top=10, rate=FAST)

    filled = {int(key.split(b"{")[1].rstrip(b"}")) for key in own_redis.scan_iter("*:product:*")}
    again = warm(top=12, rate=FAST)

    assert filled == set(popular[:10])
    assert (again.present, again.filled) == (10 * len(PARTS), 2 * len(PARTS))


def test_a_batch_is_one_statement_a_part(popular: Sequence[int], own_redis: Redis) -> None:
    REGISTRY.ground().read([])

    with CaptureQueriesContext(connection) as asked:
        warm(top=25, rate=FAST)

    assert len(asked) <= len(PARTS) + 2  # the order, and the category tree


def test_it_takes_as_long_as_its_rate_says(popular: Sequence[int], own_redis: Redis) -> None:
    clock = ManualClock()
    told: list[Warmed] = []

    warmed = warm(top=30, rate=10, clock=clock, progress=told.append)

    assert warmed.seconds == pytest.approx(3.0)
    assert len(told) == 2


@pytest.mark.parametrize(
    ("took", "rests"), [(0.0, 0.5), (0.1, 0.4), (0.25, 0.25), (0.4, 0.4), (3.0, 3.0), (60.0, warming.LONGEST_REST_S)]
)
def test_a_slow_database_is_asked_for_less(took: float, rests: float) -> None:
    assert rest(products=50, rate=100, took=took) == pytest.approx(rests)


@pytest.mark.parametrize(
    ("rate", "took", "rests"), [(1, 0.0, 25.0), (1, 10.0, 15.0), (1, 60.0, 5.0), (0.1, 1.0, 249.0)]
)
def test_a_low_rate_is_kept_however_long_that_takes(rate: float, took: float, rests: float) -> None:
    assert rest(products=25, rate=rate, took=took) == pytest.approx(rests)


def test_an_order_that_changes_meanwhile_brings_no_product_twice(popular: Sequence[int]) -> None:
    run_sql(
        """INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes, version)
           SELECT 'T' || number, 'tea', 'Tea', 'Leaf', (SELECT min(id) FROM catalog_category), '', '{}', 0
           FROM generate_series(1, 200) AS number"""
    )
    run_sql(
        """INSERT INTO catalog_price (product_id, amount, regular_amount, version)
           SELECT id, 2, 2, 0 FROM catalog_product ON CONFLICT DO NOTHING"""
    )
    met: list[int] = []
    for batch in popular_batches(top=1000):
        met += batch
        # What stood first falls behind everything, and will come once more.
        set_popularity(scores=dict.fromkeys(batch, 0.0))

    assert len(met) == len(set(met))
    assert set(met) >= set(popular)


def test_a_warm_up_that_is_stopped_leaves_good_entries_and_no_mark_and_the_next_one_waits_for_nothing(
    popular: Sequence[int], own_redis: Redis
) -> None:
    loads: list[Sequence[int]] = []

    def load_or_stop(ids: Sequence[int]) -> Any:
        loads.append(ids)
        if len(loads) == 2:
            raise KeyboardInterrupt
        return load_prices(ids)

    output = io.StringIO()
    with patch.object(queries, "load_prices", load_or_stop), pytest.raises(CommandError, match="cold") as stopped:
        call_command("warm_cache", top=30, rate=FAST, stdout=output)
    assert stopped.value.returncode == 130
    assert not is_warm()
    assert list(own_redis.scan_iter("*:lease")) == []

    again = warm(top=30, rate=FAST)

    assert again.present == 25 * len(PARTS) + 5  # of the second batch, products were filled before the prices
    assert is_warm()


def test_the_command_says_what_it_did(popular: Sequence[int], own_redis: Redis) -> None:
    output = io.StringIO()

    call_command("warm_cache", top=30, rate=FAST, stdout=output)

    assert "of 210 entries 0 were there already, 210 were filled" in output.getvalue()


def test_without_a_cache_it_ends_at_once(popular: Sequence[int], lost_redis: None) -> None:
    with pytest.raises(CommandError, match="cache failed"):
        call_command("warm_cache", top=30, rate=FAST)


@pytest.mark.parametrize("arguments", [["--top=0"], ["--top=x"], ["--rate=0"], ["--rate=nan"], ["--rate=-1"]])
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("warm_cache", *arguments)
