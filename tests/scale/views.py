"""Views of a few products, in a shop whose pages are measured: all the others are as unpopular as each other."""

from typing import Final

from catalog.models import Product
from catalog.operations import set_popularity

VIEWED: Final = 1000
# What a thousand views of one day make, in the year in which this shop was opened.
SCORE: Final = 6500.0


def look_at_a_few() -> None:
    """At the oldest products, a hundred of them equally much."""
    ids = Product.objects.order_by("id").values_list("id", flat=True)[:VIEWED]
    set_popularity(scores={product_id: SCORE + number % 10 for number, product_id in enumerate(ids)})
