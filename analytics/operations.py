"""Recording that a product was looked at: Redis alone, by one round trip, and PostgreSQL never (an import contract)."""

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
    if visitor:
        VISITORS.saw(visitor, product_id=product_id, day=day)
    return recorded
