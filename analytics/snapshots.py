"""The frozen value that analytics caches: the exact content of one entry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewsSnapshot:
    """How often a product was looked at, as far as that was flushed."""

    product_id: int
    total: int
