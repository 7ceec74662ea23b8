"""What is in a batch of views, as people read it. Its keys may be nonsense: that can be why it died."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from django.http import HttpRequest

from analytics.view_buffer import Counter, unpacked
from inventory.admin.product_links import product_link
from inventory.staff import names_of

SHOWN_COUNTERS: Final = 50


class ShownCounter(NamedTuple):
    """`day` is empty where the key is nonsense, and `product` is that key then."""

    product: str
    day: str
    views: int


def told_size(counters: int, views: int) -> str:
    """`12 views, 3 counters`."""
    return f"{views:,} view{'s' if views != 1 else ''}, {counters:,} counter{'s' if counters != 1 else ''}"


def shown_counters(request: HttpRequest, counts: Mapping[str, int]) -> Sequence[ShownCounter]:
    """The largest ones; products have links where the viewer may see them."""
    largest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:SHOWN_COUNTERS]
    known = {key: counter for key, _ in largest if (counter := _counter(key)) is not None}
    names = names_of(product_ids=sorted({counter.product_id for counter in known.values()}))
    return [
        ShownCounter(product_link(request, known[key].product_id, names), f"{known[key].day:%Y-%m-%d}", views)
        if key in known
        else ShownCounter(key, "", views)
        for key, views in largest
    ]


def _counter(key: str) -> Counter | None:
    try:
        return unpacked(key)
    except (ValueError, OverflowError):
        return None
