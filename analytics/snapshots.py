"""The frozen values that analytics caches, each the exact content of one entry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewsSnapshot:
    """How often a product was looked at, as far as that was flushed."""

    product_id: int
    total: int


@dataclass(frozen=True, slots=True)
class AlsoBoughtSnapshot:
    """Ids of what customers of a product bought as well, the closest first.

    One may belong to a product that was deleted or withdrawn since; whoever shows them leaves those out.
    """

    product_id: int
    product_ids: tuple[int, ...]
