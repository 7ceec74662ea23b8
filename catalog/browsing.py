"""A list as visitors browse it: the products, the facets beside them, how many there are, and how the words were spelt.

Budget, counted by tests/integration/test_page_budgets.py and the same for a thousand products as for a million: one
statement each for spelling (where words were typed), the category (where one is given), the page of ids and the facets;
one round trip for the category tree and all cards, when they are cached.
"""

from dataclasses import dataclass

from catalog.facets import Counted, Facet, count_facets
from catalog.filters import ProductFilters, criteria_of
from catalog.lists import ProductList, get_tree_and_cards, within
from catalog.search import find_products


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsed:
    """`corrected` are the words that were searched for in place of misspelt ones; empty where nothing was put right."""

    products: ProductList
    facets: tuple[Facet, ...]
    counted: Counted
    corrected: str


def browse(filters: ProductFilters) -> Browsed:
    """One page of the list, with everything around it. Raises CategoryNotFoundError and BadCursorError."""
    criteria = criteria_of(filters)
    if filters.category:
        criteria = within(criteria, category_slug=filters.category)
    page = find_products(criteria, sort=filters.sort, cursor=filters.cursor or None, limit=filters.limit)
    tree, (cards,) = get_tree_and_cards(lists=[page.ids])
    category = tree.by_slug(filters.category)
    facets, counted = count_facets(criteria, tree=tree, category=category, price_range=filters.price)
    return Browsed(
        products=ProductList(cards=cards, next_cursor=page.next_cursor, tree=tree, category=category),
        facets=facets,
        counted=counted,
        corrected=criteria.text if criteria.text != filters.search else "",
    )
