"""A shop whose jams are popular."""

from collections.abc import Sequence

import pytest

from analytics.also_bought import recompute_also_bought
from analytics.popularity import update_popularity
from inventory.operations import receive
from tests.goods import Goods
from tests.integration.orders import place
from tests.integration.views import look

# No rest between batches, but for as long as they took.
FAST = 100_000.0


@pytest.fixture
def popular(goods: Goods) -> Sequence[int]:
    """The jams, each looked at more often than the next; the first two were bought together."""
    for number, product_id in enumerate(goods.ids):
        look(product_id, count=1000 - number)
        receive(product_id=product_id, quantity=3, reason="test")
    update_popularity()
    place({goods.ids[0], goods.ids[1]})
    recompute_also_bought()
    return goods.ids
