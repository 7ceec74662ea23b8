"""The frozen value that is cached of a cart: the cart's row and its lines, otherwise ids.

What a product costs now, how many are left, and what it is called are entries of their own: a new price does not throw
a single cart out of the cache.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CartLineSnapshot:
    """`quantity` is 1 to 99. Name, price and currency are those of the moment of adding; the price is None, and the
    currency empty, where there was none."""

    product_id: int
    quantity: int
    name_when_added: str
    price_when_added: Decimal | None
    currency: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class CartSnapshot:
    """The lines stand in the order in which they were added. `id` is 0 for the cart that nobody has made yet."""

    id: int
    lines: tuple[CartLineSnapshot, ...]

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return sum(line.quantity for line in self.lines)
