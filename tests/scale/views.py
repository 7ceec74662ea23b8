"""What people did in a shop whose pages are measured: a few products are popular, all were looked at and bought."""

from typing import Final

from django.db import connection

from catalog.models import Product
from catalog.operations import set_popularity

VIEWED: Final = 1000
# What a thousand views of one day make, in the year in which this shop was opened.
SCORE: Final = 6500.0
_VIEWS: Final = "INSERT INTO analytics_productviews (product_id, total) SELECT id, 3 FROM catalog_product"
_BOUGHT: Final = """
    INSERT INTO analytics_alsobought (product_id, product_ids, run)
    SELECT id, ARRAY[id + 1, id + 2, id + 3, id + 4, id + 5, id + 6, id + 7, id + 8], 1 FROM catalog_product
"""


def look_around() -> None:
    look_at_a_few()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in (_VIEWS, _BOUGHT, "ANALYZE analytics_productviews, analytics_alsobought"):
            cursor.execute(statement)
        cursor.execute("RESET statement_timeout")


def look_at_a_few() -> None:
    """At the oldest products, a hundred of them equally much."""
    ids = Product.objects.order_by("id").values_list("id", flat=True)[:VIEWED]
    set_popularity(scores={product_id: SCORE + number % 10 for number, product_id in enumerate(ids)})
