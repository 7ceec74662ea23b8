"""What is chosen in a list, as chips that take it away again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from catalog.browsing import Browsed
from catalog.facets import CURRENCY_SIGN
from catalog.filters import LIST_FIELDS
from shop.storefront.pages.query import changed, without

# What a chip says of a field that is no facet's.
AMOUNTS: Final = {"price_min": f"from {CURRENCY_SIGN}", "price_max": f"up to {CURRENCY_SIGN}"}
CHOSEN_FIELDS: Final = ("category", "brand", "attribute", "price", *AMOUNTS)


@dataclass(frozen=True, slots=True)
class Chip:
    """`address` leads to the list without it."""

    label: str
    address: str


def chips(query: QueryDict, browsed: Browsed | None) -> list[Chip]:
    """One chip for each chosen value, also for those that no facet knows."""
    labels = dict(_labels(browsed)) if browsed else {}
    return [
        Chip(
            labels.get((name, value), f"{AMOUNTS.get(name, '')}{value}"),
            without(query, name, value) if name in LIST_FIELDS else changed(query, **{name: ""}),
        )
        for name in CHOSEN_FIELDS
        # Of a field that takes one value, the last one counts.
        for value in dict.fromkeys(query.getlist(name) if name in LIST_FIELDS else query.getlist(name)[-1:])
        if value
    ]


def _labels(browsed: Browsed) -> Iterator[tuple[tuple[str, str], str]]:
    """What people call a value, by its field and how it stands in an address."""
    for facet in browsed.facets:
        for value in facet.values:
            label = f"{facet.label}: {value.label}" if value.parameter == "attribute" else value.label
            yield (value.parameter, value.value), label
    if (category := browsed.products.category) is not None:
        yield ("category", category.slug), category.name
