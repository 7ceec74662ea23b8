"""Facets: the choices beside a list, each with the number of products that it would leave.

A category's facets are its sub-categories, brands, price ranges, and those attributes of its schema that have a known
set of values; a department, or the whole shop, has those attributes that most of its shelves share. Values of one facet
are alternatives, so each is counted as if nothing were chosen in its own facet.
Proved by tests/integration/test_facets.py and, against plain Python, test_facets_walk.py.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from catalog.facet_specs import shared_specs, spec_values
from catalog.search.counts import PRICE_STEPS, Group, GroupCounts, count_groups
from catalog.search.criteria import Criteria
from catalog.search.filters import spellings
from catalog.snapshots import AttributeSpec, CategorySnapshot, CategoryTreeSnapshot

CURRENCY_SIGN: Final = "€"
# Each facet with a choice is counted over products of its own; an address may choose in more than anybody reads.
MOST_OWN_GROUPS: Final = 6
MOST_BRANDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One choice: `parameter=value` in an address chooses it; `count` products are what that would leave."""

    parameter: str
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Choices of one kind. Where `is_exact` is false there are more products than are counted: counts are "at least".

    `several` values can be chosen at once, and any of them fits; otherwise one takes the place of another.
    """

    key: str
    label: str
    values: tuple[FacetValue, ...]
    several: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How many products a list has; `number` or more where `is_exact` is false."""

    number: int
    is_exact: bool


def price_ranges() -> tuple[str, ...]:
    """The price ranges as they stand in an address: "0-2", "2-5", and the last, "20-", open."""
    bounds = ("0", *(str(step) for step in PRICE_STEPS), "")
    return tuple(f"{low}-{high}" for low, high in pairwise(bounds))


def count_facets(
    criteria: Criteria, *, tree: CategoryTreeSnapshot, category: CategorySnapshot | None, price_range: str = ""
) -> tuple[tuple[Facet, ...], Counted]:
    """The facets of a list and how long it is, by one statement. `price_range` is the chosen one, as in an address."""
    return _Counting(criteria, tree, category, price_range).facets()


class _Counting:
    """One count: which groups of products are needed, and which facet is read from which."""

    def __init__(
        self, criteria: Criteria, tree: CategoryTreeSnapshot, category: CategorySnapshot | None, price_range: str
    ) -> None:
        self._criteria, self._tree, self._category, self._price_range = criteria, tree, category, price_range
        self._specs = shared_specs(tree, category)
        shared: dict[str, list[str]] = {"category": []}
        self._own: dict[str, Group] = {}
        chosen = {"brand": bool(criteria.brands), "price": bool(price_range)}
        without = {"brand": criteria.without_brands, "price": criteria.without_price_range}
        for key in ("brand", "price"):
            if chosen[key]:
                self._own[key] = Group(criteria=without[key](), counts=(key,))
            else:
                shared[key] = []
        shared["attribute"] = []
        for spec in self._specs:
            terms = [one for value, _ in spec_values(spec) for one in _terms(spec, value)]
            if spec.key in criteria.attributes and len(self._own) < MOST_OWN_GROUPS:
                products = criteria.without_attribute(spec.key)
                self._own[spec.key] = Group(criteria=products, counts=("attribute",), terms=terms)
            else:
                shared["attribute"] += terms
        self._all = Group(criteria=criteria, counts=tuple(shared), terms=shared["attribute"])

    def facets(self) -> tuple[tuple[Facet, ...], Counted]:
        everything, *own = count_groups([self._all, *self._own.values()])
        counted = dict(zip(self._own, own, strict=True))
        facets = [
            self._categories(everything),
            self._brands(counted.get("brand", everything)),
            self._prices(counted.get("price", everything)),
            *(self._attribute(spec, counted.get(spec.key, everything)) for spec in self._specs),
        ]
        return tuple(facet for facet in facets if facet.values), Counted(everything.number, everything.is_exact)

    def _categories(self, counts: GroupCounts) -> Facet:
        products = {int(one): number for one, number in counts.by.get("category", {}).items()}
        values = tuple(
            FacetValue(parameter="category", value=child.slug, label=child.name, count=number, chosen=False)
            for child in self._tree.children_of(self._category.id if self._category else None)
            if (number := sum(products.get(one, 0) for one in self._tree.descendant_ids(child.id)))
        )
        return Facet(key="category", label="Category", values=values, several=False, is_exact=counts.is_exact)

    def _brands(self, counts: GroupCounts) -> Facet:
        """Those with most products first, and the chosen ones."""
        products = dict.fromkeys(self._criteria.brands, 0) | counts.by.get("brand", {})
        most = sorted(products.items(), key=lambda item: (-item[1], item[0]))
        chosen = self._criteria.brands
        values = tuple(
            FacetValue(parameter="brand", value=brand, label=brand, count=number, chosen=brand in chosen)
            for place, (brand, number) in enumerate(most)
            if place < MOST_BRANDS or brand in chosen
        )
        return Facet(key="brand", label="Brand", values=values, several=True, is_exact=counts.is_exact)

    def _prices(self, counts: GroupCounts) -> Facet:
        products = counts.by.get("price", {})
        values = tuple(
            FacetValue(
                parameter="price",
                value=one,
                label=_price_label(one),
                count=products.get(str(place), 0),
                chosen=one == self._price_range,
            )
            for place, one in enumerate(price_ranges())
            if str(place) in products or one == self._price_range
        )
        return Facet(key="price", label="Price", values=values, several=False, is_exact=counts.is_exact)

    def _attribute(self, spec: AttributeSpec, counts: GroupCounts) -> Facet:
        products = counts.by.get("attribute", {})
        chosen = set(self._criteria.attributes.get(spec.key, ()))
        values = tuple(
            FacetValue(
                parameter="attribute",
                value=f"{spec.key}:{value}",
                label=label,
                count=number,
                chosen=value in chosen,
            )
            for value, label in spec_values(spec)
            if (number := sum(products.get(one, 0) for one in _terms(spec, value))) or value in chosen
        )
        return Facet(key=spec.key, label=spec.label, values=values, several=True, is_exact=counts.is_exact)


def _terms(spec: AttributeSpec, value: str) -> tuple[str, ...]:
    """What a product's terms have for a value, in each of the spellings that a list finds by it."""
    return tuple(f"{spec.key}:{spelling}" for spelling in spellings(value))


def _price_label(price_range: str) -> str:
    low, _, high = price_range.partition("-")
    if not high:
        return f"{CURRENCY_SIGN}{low} and more"
    return f"under {CURRENCY_SIGN}{high}" if low == "0" else f"{CURRENCY_SIGN}{low} to {CURRENCY_SIGN}{high}"
