"""Recording that a product was looked at: Redis alone, and PostgreSQL never (an import contract).

The view is one round trip, whoever looked a second one: a view is numbered and counted once, and may wait in the
process; of who looked nothing is kept when Redis does not answer.
"""

from datetime import datetime

from django.utils import timezone

from analytics.view_buffer import VIEW_BUFFER, Counter, packed
from analytics.visitors import VISITORS
from shop.caching.recorder import Recorded


def record_view(*, product_id: int, visitor: str = "", now: datetime | None = None) -> Recorded:
    """Count one view. Whether the product exists is the caller's business.

    `visitor` names who looked, if anybody may know: they are counted once a day, roughly. Never raises for a Redis that
    is away: the result says where the view is.
    """
    day = (now or timezone.now()).date()
    recorded = VIEW_BUFFER.record(packed(Counter(product_id, day)))
    if visitor and recorded is Recorded.DURABLE:
        VISITORS.saw(visitor, product_id=product_id, day=day)
    elif visitor:
        VISITORS.missed()
    return recorded
