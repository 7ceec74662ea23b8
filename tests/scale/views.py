"""What people did in a shop whose pages are measured: a few products are popular, all were looked at and bought."""

from typing import Final

from catalog.models import Product
from catalog.operations import set_popularity
from tests.scale.filling import fill

VIEWED: Final = 1000
# What a thousand views of one day make, in the year in which this shop was opened.
SCORE: Final = 6500.0
_VIEWS: Final = "INSERT INTO analytics_productviews (product_id, total) SELECT id, 3 FROM catalog_product"
_TODAY: Final = """
    INSERT INTO analytics_dailyviews (product_id, day, count) SELECT id, current_date, 3 FROM catalog_product
"""
_BOUGHT: Final = """
    INSERT INTO analytics_alsobought (product_id, product_ids, run)
    SELECT id, ARRAY[id + 1, id + 2, id + 3, id + 4, id + 5, id + 6, id + 7, id + 8], 1 FROM catalog_product
"""
# Every hundredth tells of a loss.
_BATCHES: Final = """
    INSERT INTO analytics_flushedbatch (batch, flushed_at, counters, increments, dropped)
    SELECT 'flushed-' || id, now() - id * interval '1 hour', 1, 1, (id % 100 = 0)::int FROM catalog_product
"""
# Every hundredth waits for somebody.
_DEAD: Final = """
    INSERT INTO analytics_deadbatch (batch, counts, dropped, reason, tries, failed_at, replayed_at)
    SELECT 'dead-' || id, jsonb_build_object(id || ':739922', 1), 0, 'refused', 8, now() - id * interval '1 hour',
        CASE WHEN id % 100 <> 0 THEN now() END
    FROM catalog_product
"""
_TABLES: Final = tuple(
    f"analytics_{name}" for name in ("productviews", "dailyviews", "alsobought", "flushedbatch", "deadbatch")
)


def look_around() -> None:
    look_at_a_few()
    fill(_VIEWS, _TODAY, _BOUGHT, _BATCHES, _DEAD, tables=_TABLES)


def look_at_a_few() -> None:
    """At the oldest products, a hundred of them equally much."""
    ids = Product.objects.order_by("id").values_list("id", flat=True)[:VIEWED]
    set_popularity(scores={product_id: SCORE + number % 10 for number, product_id in enumerate(ids)})
