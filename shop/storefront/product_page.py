"""Everything that is shown on one product's page, composed from the apps; the API and the page both show this."""

from dataclasses import dataclass

from analytics.queries import get_also_bought, get_views, refs_of
from catalog.lists import Card, get_cards
from catalog.queries import (
    get_category_tree,
    get_price,
    get_product,
    get_related_products,
    get_review_summary,
    product_at_hand,
)
from catalog.snapshots import (
    AttributeValue,
    CategorySnapshot,
    CategoryTreeSnapshot,
    PriceSnapshot,
    ProductSnapshot,
    ReviewSummarySnapshot,
)
from inventory.queries import get_stock, stock_refs
from inventory.snapshots import StockSnapshot


@dataclass(frozen=True, slots=True)
class Fact:
    """An attribute in words: its category's label for it, its value with unit."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """`path` leads from the root category to the product's own; it is empty while the tree does not know that one."""

    product: ProductSnapshot
    price: PriceSnapshot | None
    stock: StockSnapshot
    reviews: ReviewSummarySnapshot
    related: tuple[Card, ...]
    also_bought: tuple[Card, ...]
    views: int
    tree: CategoryTreeSnapshot
    path: tuple[CategorySnapshot, ...]

    @property
    def facts(self) -> list[Fact]:
        """The attributes that the category's schema knows, in its order."""
        values = dict(self.product.attributes)
        specs = self.path[-1].attribute_schema if self.path else ()
        return [Fact(spec.label, _in_words(values[spec.key], spec.unit)) for spec in specs if spec.key in values]


def product_page(*, product_id: int) -> ProductPage | None:
    """The page of a published product, else None.

    Cached, it costs two round trips, or one without neighbours; uncached, ten queries. What other apps know of the
    product rides along, and the cards of both rows are fetched together.
    """
    beside = [*stock_refs(product_ids=[product_id]), *refs_of(product_id=product_id)]
    with product_at_hand(product_id=product_id, beside=beside):
        product = get_product(product_id=product_id)
        if product is None:
            return None
        price = get_price(product_id=product_id)
        stock = get_stock(product_id=product_id)
        reviews = get_review_summary(product_id=product_id)
        related = get_related_products(product_id=product_id).product_ids
        also_bought = get_also_bought(product_id=product_id)
        views = get_views(product_id=product_id)
        tree = get_category_tree()
    own = tree.by_id(product.category_id)
    related_cards, also_bought_cards = get_cards(lists=[related, also_bought], tree=tree)
    return ProductPage(
        product=product,
        price=price,
        stock=stock,
        reviews=reviews,
        related=related_cards,
        also_bought=also_bought_cards,
        views=views,
        tree=tree,
        path=(*tree.ancestors_of(own.id), own) if own is not None else (),
    )


def _in_words(value: AttributeValue, unit: str) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value} {unit}".strip()
