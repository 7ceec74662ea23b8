"""How many different people looked, today and yesterday: roughly, by HyperLogLog (shop/caching/distinct.py).

Nobody can be found again: what is added is a hash of whoever looked with the day in it, made by the HTTP side, and sets
give no members back. A visitor who is missed, while Redis is away, is missed, and counted as such; these are no books.
"""

import threading
from datetime import date
from typing import Final

from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError

# Today's and yesterday's, wherever on Earth the day begins.
KEPT_S: Final = 3 * 24 * 3600
WHOLE_SHOP: Final = 0


class Visitors:
    """The sets of a day: one for each product, and one for the whole shop. `uncounted` is how often this process could
    not put somebody into them."""

    def __init__(self) -> None:
        self.uncounted = 0
        self._lock = threading.Lock()

    def saw(self, visitor: str, *, product_id: int, day: date) -> None:
        """Never raises for a Redis that is away."""
        names = [_name(product_id, day), _name(WHOLE_SHOP, day)]
        try:
            REGISTRY.ground().distinct.add(names, visitor, kept_s=KEPT_S)
        except StoreError:
            self.missed()

    def missed(self) -> None:
        """Somebody looked, and Redis is not even asked."""
        with self._lock:
            self.uncounted += 1

    def of(self, *, product_id: int = WHOLE_SHOP, day: date) -> int | None:
        """About how many; None while Redis can't be asked."""
        try:
            return REGISTRY.ground().distinct.count([_name(product_id, day)])[0]
        except StoreError:
            return None


VISITORS: Final = Visitors()


def _name(product_id: int, day: date) -> str:
    return f"{day.toordinal()}:{product_id}"
