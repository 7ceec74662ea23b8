"""Facets as a page shows them: the first values at once, the others behind a fold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from catalog.facets import Facet, FacetValue
from shop.storefront.pages.query import changed

AT_ONCE: Final = 6
# A fold that hides only these many would take as much room as they do.
NOT_WORTH_A_FOLD: Final = 2


@dataclass(frozen=True, slots=True)
class ShownValue:
    """`address` is empty for a value that a field of the form chooses; `id` is that field's."""

    value: FacetValue
    id: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFacet:
    """`kind` is checkbox, radio or link. `more` is behind a fold, which stands open where `more_chosen`.

    `none_chosen` also counts values that stand only in the address.
    """

    id: str
    label: str
    kind: str
    is_exact: bool
    none_chosen: bool
    first: tuple[ShownValue, ...]
    more: tuple[ShownValue, ...]

    @property
    def more_chosen(self) -> bool:
        return any(one.value.chosen for one in self.more)


def shown_facets(facets: Iterable[Facet], *, number: int, query: QueryDict) -> tuple[ShownFacet, ...]:
    """The facets that have a choice to offer, beside a list of so many products."""
    return tuple(_shown(facet, query) for facet in facets if _narrows(facet, number))


def _narrows(facet: Facet, number: int) -> bool:
    """Whether anything here changes the list: a chosen value does, and one that not every product has."""
    return any(value.chosen or value.count < number for value in facet.values)


def _shown(facet: Facet, query: QueryDict) -> ShownFacet:
    parameter = facet.values[0].parameter
    kind = "link" if parameter == "category" else "checkbox" if facet.several else "radio"
    own = f"{parameter}-{facet.key}"
    values = tuple(
        ShownValue(value, f"{own}-{place}", changed(query, category=value.value) if kind == "link" else "")
        for place, value in enumerate(facet.values)
    )
    split = len(values) if len(values) <= AT_ONCE + NOT_WORTH_A_FOLD else AT_ONCE
    return ShownFacet(
        id=own,
        label=facet.label,
        kind=kind,
        is_exact=facet.is_exact,
        none_chosen=not any(query.getlist(parameter)),
        first=values[:split],
        more=values[split:],
    )
