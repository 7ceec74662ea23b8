"""What a list page shows around its products: the filters, what is wrong in them, and the way to the next page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.http import QueryDict

from catalog.browsing import Browsed, browse
from catalog.facets import Counted
from catalog.filters import LIST_FIELDS, filters_from
from catalog.lists import PAGE_SIZE, ProductList
from catalog.search import Sort
from shop.storefront.pages.chosen import Chip, chips
from shop.storefront.pages.facet_view import ShownFacet, shown_facets
from shop.storefront.pages.query import changed

SORT_LABELS: Final = {
    Sort.RELEVANCE: "Best match",
    Sort.NEWEST: "Newest first",
    Sort.POPULAR: "Most popular",
    Sort.PRICE_ASC: "Price, low to high",
    Sort.PRICE_DESC: "Price, high to low",
    Sort.NAME: "Name",
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ListView:
    """`browsed` is None when the filters are wrong; `problems` then says how. Addresses are query strings."""

    browsed: Browsed | None
    problems: tuple[str, ...]
    query: QueryDict
    search: str = ""

    @property
    def status(self) -> int:
        return 422 if self.problems else 200

    @property
    def products(self) -> ProductList | None:
        return self.browsed.products if self.browsed else None

    @property
    def counted(self) -> Counted | None:
        return self.browsed.counted if self.browsed else None

    @property
    def corrected(self) -> str:
        """The words that were searched in place of misspelt ones."""
        return self.browsed.corrected if self.browsed else ""

    @property
    def first(self) -> str | None:
        """The way back to the first page, from any other."""
        return changed(self.query) if self.query.get("cursor") else None

    @property
    def next(self) -> str | None:
        cursor = self.products.next_cursor if self.products else None
        return changed(self.query, cursor=cursor) if cursor else None

    @property
    def cleared(self) -> str:
        """The list without a filter, but with the words that were searched."""
        return changed(QueryDict(), q=str(self.query.get("q", "")))

    @cached_property
    def facets(self) -> tuple[ShownFacet, ...]:
        if self.browsed is None:
            return ()
        return shown_facets(self.browsed.facets, number=self.browsed.counted.number, query=self.query)

    @cached_property
    def chips(self) -> list[Chip]:
        """What is chosen, each with the way to the list without it."""
        return chips(self.query, self.browsed)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What is chosen and stands in no field that can be seen: the form sends it along, so that nothing is lost."""
        shown = {(one.value.parameter, one.value.value) for facet in self.facets for one in (*facet.first, *facet.more)}
        chosen = [(name, value) for name in LIST_FIELDS for value in dict.fromkeys(self.query.getlist(name))]
        chosen.append(("price", str(self.query.get("price", ""))))
        carried = [(name, value) for name, value in chosen if value and (name, value) not in shown]
        sort = str(self.query.get("sort", ""))
        # A sort that does not exist has no field to correct it in: carried, it would spoil each new try.
        if sort in SORT_LABELS and not (self.products and self.products.cards):
            carried.append(("sort", sort))
        return carried

    @property
    def shelves(self) -> dict[str, int]:
        """By slug, how many products of this list stand on each shelf below."""
        facets = self.browsed.facets if self.browsed else ()
        return {value.value: value.count for facet in facets if facet.key == "category" for value in facet.values}

    @property
    def sorts(self) -> list[Option]:
        """Only words can be matched well or badly; without any, the newest come first."""
        offered = [sort for sort in SORT_LABELS if self.search or sort is not Sort.RELEVANCE]
        asked = self.query.get("sort")
        chosen = asked if asked in offered else offered[0]
        return [Option(sort, SORT_LABELS[sort], sort == chosen) for sort in offered]


def list_view(query: QueryDict, *, category: str = "", search: str = "") -> ListView:
    """The list that a page's query string asks for. Raises CategoryNotFoundError and BadCursorError."""
    filters, problems = filters_from(query, category=category, search=search, limit=str(PAGE_SIZE))
    browsed = browse(filters) if filters is not None else None
    return ListView(browsed=browsed, problems=tuple(problems), query=query, search=search)
