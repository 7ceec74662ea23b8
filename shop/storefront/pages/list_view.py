"""What a list page shows around its products: the filter form, what is wrong in it, and the way to the next page."""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from catalog.filters import filtered_list, filters_from
from catalog.lists import PAGE_SIZE, ProductList
from catalog.search import Sort
from catalog.snapshots import AttributeSpec, CategorySnapshot

SORT_LABELS: Final = {
    Sort.RELEVANCE: "Best match",
    Sort.NEWEST: "Newest first",
    Sort.PRICE_ASC: "Price, low to high",
    Sort.PRICE_DESC: "Price, high to low",
    Sort.NAME: "Name",
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A select of the filter form; its first option, the empty one, filters nothing."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """`products` is None when the filters are wrong; `problems` then says how. `first` and `next` are query strings."""

    products: ProductList | None
    problems: tuple[str, ...]
    query: QueryDict
    first: str | None
    next: str | None

    @property
    def status(self) -> int:
        return 422 if self.problems else 200

    @property
    def brands(self) -> list[str]:
        """The brands in sight, as suggestions."""
        return sorted({card.product.brand for card in self.products.cards}) if self.products else []

    @property
    def sorts(self) -> list[Option]:
        chosen = self.query.get("sort", Sort.RELEVANCE)
        return [Option(sort, label, sort == chosen) for sort, label in SORT_LABELS.items()]

    def choices(self, category: CategorySnapshot) -> list[Choice]:
        """Selects for those attributes of a category that have a known set of values."""
        chosen = set(self.query.getlist("attribute"))
        return [
            Choice(spec.label, tuple(Option(pair, label, pair in chosen) for pair, label in _values(spec)))
            for spec in category.attribute_schema
            if spec.kind in ("choice", "flag")
        ]


def list_view(query: QueryDict, *, category: str = "", search: str = "") -> ListView:
    """The list that a page's query string asks for. Raises CategoryNotFoundError and BadCursorError."""
    filters, problems = filters_from(query, category=category, search=search, limit=str(PAGE_SIZE))
    products = filtered_list(filters) if filters is not None else None
    return ListView(
        products=products,
        problems=tuple(problems),
        query=query,
        first=_with_cursor(query, None) if query.get("cursor") else None,
        next=_with_cursor(query, products.next_cursor) if products and products.next_cursor else None,
    )


def _with_cursor(query: QueryDict, cursor: str | None) -> str:
    changed = query.copy()
    changed.pop("cursor", None)
    if cursor is not None:
        changed["cursor"] = cursor
    return "?" + changed.urlencode()


def _values(spec: AttributeSpec) -> list[tuple[str, str]]:
    if spec.kind == "flag":
        return [(f"{spec.key}:true", "yes"), (f"{spec.key}:false", "no")]
    return [(f"{spec.key}:{choice}", f"{choice} {spec.unit}".strip()) for choice in spec.choices]
