"""The frozen values that the catalog caches, each the exact content of one entry.

Invariants: a snapshot holds columns of its owner row and of that row's children, otherwise ids; whatever has a version
of its own is an entry of its own, so no snapshot goes stale because another one changed. Sequences are tuples, money is
Decimal with two places, and times are aware and in UTC, so that a snapshot comes back from JSON equal to itself.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

AttributeValue = str | int | float | bool


@dataclass(frozen=True, slots=True)
class ProductSnapshot:
    """What the shop says about a product; its price, reviews and neighbours are entries of their own.

    `attributes` are (key, value) pairs in key order. An unpublished product has a snapshot too: queries hide it.
    """

    id: int
    sku: str
    slug: str
    name: str
    brand: str
    category_id: int
    description: str
    attributes: tuple[tuple[str, AttributeValue], ...]
    is_published: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PriceSnapshot:
    """What a product costs now (`amount`) and without any reduction (`regular_amount`), never the smaller of the two.

    `flash_sale_id` is the flash sale that makes it so, if one does. `sale_ends_at` is what the shop announces; the
    reduction is over when the row says so, not when that time has come.
    """

    product_id: int
    currency: str
    amount: Decimal
    regular_amount: Decimal
    sale_ends_at: datetime | None
    flash_sale_id: int | None = None

    @property
    def on_sale(self) -> bool:
        return self.amount < self.regular_amount


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """One visitor's opinion; `rating` is 1 to 5."""

    id: int
    author: str
    rating: int
    title: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewSummarySnapshot:
    """How many reviews a product has, the sum of their ratings, and the newest five, newest first."""

    product_id: int
    count: int
    rating_sum: int
    latest: tuple[ReviewSnapshot, ...]

    @property
    def average(self) -> Decimal | None:
        """The mean rating with one decimal, or None where nobody has written yet."""
        if self.count == 0:
            return None
        return (Decimal(self.rating_sum) / self.count).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class RelatedProductsSnapshot:
    """Ids of similar products, nearest first, and the run of the recomputation that last changed them (0: none yet).

    An id may belong to a product that was deleted or unpublished since; whoever shows them leaves those out.
    """

    product_id: int
    product_ids: tuple[int, ...]
    run: int


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """One attribute that a category's products may have; `kind` is text, number, choice or flag."""

    key: str
    label: str
    kind: str
    unit: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategorySnapshot:
    id: int
    parent_id: int | None
    name: str
    slug: str
    description: str
    position: int
    attribute_schema: tuple[AttributeSpec, ...]


@dataclass(frozen=True, slots=True)
class CategoryTreeSnapshot:
    """All categories in shop order: by position, then name. Small, and read by every page: one entry."""

    categories: tuple[CategorySnapshot, ...]

    def by_id(self, category_id: int) -> CategorySnapshot | None:
        return next((category for category in self.categories if category.id == category_id), None)

    def by_slug(self, slug: str) -> CategorySnapshot | None:
        return next((category for category in self.categories if category.slug == slug), None)

    def roots(self) -> tuple[CategorySnapshot, ...]:
        return self.children_of(None)

    def children_of(self, category_id: int | None) -> tuple[CategorySnapshot, ...]:
        return tuple(category for category in self.categories if category.parent_id == category_id)

    def ancestors_of(self, category_id: int) -> tuple[CategorySnapshot, ...]:
        """From the root down to the parent. A circle, which only raw SQL can make, is cut where it closes."""
        found: list[CategorySnapshot] = []
        category = self.by_id(category_id)
        seen = {category_id}
        while category is not None and category.parent_id is not None and category.parent_id not in seen:
            seen.add(category.parent_id)
            category = self.by_id(category.parent_id)
            if category is not None:
                found.append(category)
        return tuple(reversed(found))

    def descendant_ids(self, category_id: int) -> frozenset[int]:
        """The category's own id and those of everything below it."""
        found: set[int] = set()
        waiting = [category_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(child.id for child in self.children_of(current))
        return frozenset(found)
