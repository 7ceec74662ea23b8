"""The orders in which a list can be walked."""

from enum import StrEnum


class Sort(StrEnum):
    """Every order is total: products that are equal in it stand in the order of their ids."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NAME = "name"

    @property
    def key(self) -> str:
        """The column, or annotation, that decides."""
        return {"relevance": "rank", "newest": "created_at", "name": "name"}.get(self, "price__current_amount")

    @property
    def descending(self) -> bool:
        return self not in (Sort.PRICE_ASC, Sort.NAME)
