"""The frozen value that the inventory caches: the exact content of one entry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockSnapshot:
    """How much there is of a product, as the shop shows it; whether it can be bought, the database decides."""

    product_id: int
    on_hand: int
    held: int

    @property
    def available(self) -> int:
        """What nobody has reserved."""
        return self.on_hand - self.held
