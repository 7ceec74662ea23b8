"""Views: write-behind, flushed every two seconds. A page that is looked at may not cost a write into the database, and
nobody decides anything by how often that was.

A counter is a product's views of one day, by the clock of whoever records them (UTC).
"""

from datetime import date
from typing import NamedTuple

from analytics.sync_points import reached
from shop.caching.write_behind import WriteBehind

VIEW_BUFFER = WriteBehind("views", reached=reached)


class Counter(NamedTuple):
    product_id: int
    day: date


def packed(counter: Counter) -> str:
    """As the buffer keeps it: `7:739583`."""
    return f"{counter.product_id}:{counter.day.toordinal()}"


def unpacked(key: str) -> Counter:
    """Raises ValueError for what `packed` never made."""
    product_id, _, day = key.partition(":")
    return Counter(int(product_id), date.fromordinal(int(day)))
