"""The orders in which a list can be walked."""

from enum import StrEnum


class Sort(StrEnum):
    """Every order is total: products that are equal in it stand in the order of their ids."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    POPULAR = "popular"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NAME = "name"

    @property
    def key(self) -> str:
        """The column, or annotation, that decides."""
        return {
            "relevance": "rank",
            "newest": "created_at",
            "popular": "popularity__score",
            "name": "name",
        }.get(self, "price__current_amount")

    @property
    def tie(self) -> str:
        """The product's id, as the column that stands beside the key in its index."""
        table, _, _column = self.key.rpartition("__")
        return f"{table}__product_id" if table else "id"

    @property
    def descending(self) -> bool:
        return self not in (Sort.PRICE_ASC, Sort.NAME)
