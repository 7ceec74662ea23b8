"""Views of products, as a flush writes them, and batches of them in Redis."""

import os
from datetime import timedelta

from django.utils import timezone
from redis import Redis

from shop.caching.registry import REGISTRY
from tests.integration.catalog_rows import run_sql


def look(product_id: int, *, count: int = 1, days_ago: int = 0) -> None:
    """`count` views of a product, some days ago."""
    run_sql(
        """
        WITH looked (product_id, day, count) AS (VALUES (%s, %s, %s)),
        daily AS (
            INSERT INTO analytics_dailyviews AS kept (product_id, day, count) SELECT product_id, day, count FROM looked
            ON CONFLICT (product_id, day) DO UPDATE SET count = kept.count + excluded.count
        )
        INSERT INTO analytics_productviews AS kept (product_id, total, version) SELECT product_id, count, 0 FROM looked
        ON CONFLICT (product_id) DO UPDATE SET total = kept.total + excluded.total
        """,
        product_id,
        timezone.now().date() - timedelta(days=days_ago),
        count,
    )


def make_due() -> None:
    """As if every batch had waited long enough."""
    keys = REGISTRY.ground().keys.buffer("views")
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        for batch_id in redis.zrange(keys.batches, 0, -1):
            redis.zadd(keys.batches, {batch_id: 0})
