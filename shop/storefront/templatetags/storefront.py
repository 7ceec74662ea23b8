"""What the templates need besides their context."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.http import QueryDict

from catalog.lists import Card
from catalog.snapshots import CategorySnapshot, CategoryTreeSnapshot, PriceSnapshot, ProductSnapshot
from shop.caching import provenance
from shop.caching.django_middleware import PRIVATE
from shop.storefront.addresses import product_address
from shop.storefront.pictures.picture_of import picture_of_category, picture_of_product
from shop.storefront.pictures.view import picture_address

register = template.Library()

SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
# One star is this wide in the drawing of five.
STAR_WIDTH: Final = 20
SECOND_MS: Final = 1000
MINUTE_MS: Final = 60_000
NARROWING: Final = ("q", "category", "brand", "attribute", "price", "price_min", "price_max", "sort")
SIZE: Final = re.compile(r"(\d) (\w{1,5})$")


@register.simple_tag
def product_url(product: ProductSnapshot) -> str:
    return product_address(product)


@register.simple_tag
def product_picture(product: ProductSnapshot, category: CategorySnapshot | None, view: str = "front") -> str:
    """The address of a product's picture."""
    return picture_address(picture_of_product(product, category, view=view))


@register.simple_tag
def picture_on_shelf(product: ProductSnapshot, tree: CategoryTreeSnapshot) -> str:
    """The address of a product's picture, where only the tree is at hand."""
    return picture_address(picture_of_product(product, tree.by_id(product.category_id), view="front"))


@register.simple_tag
def category_picture(category: CategorySnapshot, view: str = "front") -> str:
    """The address of a category's picture."""
    return picture_address(picture_of_category(category, view=view))


@register.simple_tag
def shelves_to_try(tree: CategoryTreeSnapshot) -> list[CategorySnapshot]:
    """One shelf of each department, its first."""
    return [below[0] for root in tree.roots() if (below := tree.children_of(root.id))]


@register.simple_tag
def narrowed(query: QueryDict) -> bool:
    """Whether the address chooses from a list, or orders it: there is no end of these. Unknown fields do neither."""
    return any(value for name in NARROWING for value in query.getlist(name))


@register.simple_tag
def list_address(address: str, query: QueryDict) -> str:
    """The address that a page of a list goes by: its cursor makes another page, nothing else does."""
    cursor = query.get("cursor")
    return f"{address}?{urlencode({'cursor': cursor})}" if cursor and not narrowed(query) else address


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """€3.20, or 3.20 CHF for a currency without a symbol here."""
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{amount:.2f}" if symbol else f"{amount:.2f} {currency}"


@register.filter
def span(milliseconds: float) -> str:
    """How long something takes or is ago, in the unit that suits it: 0.4 ms, 12.3 s, 47 min."""
    if milliseconds < MINUTE_MS:
        return f"{milliseconds / 1000:.1f} s" if milliseconds >= SECOND_MS else f"{milliseconds:.1f} ms"
    return f"{milliseconds / MINUTE_MS:.0f} min"


@register.filter
def unbroken(name: str) -> str:
    """The name with its size ("500 g") kept on one line."""
    return SIZE.sub("\\1\N{NO-BREAK SPACE}\\2", name)


@register.filter
def grouped(number: int) -> str:
    """1,234"""
    return f"{number:,}"


@register.filter
def in_words(name: str) -> str:
    """payment_pending and related_products, as people say it."""
    return name.replace("_", " ")


@register.filter
def without_full_stop(sentence: str) -> str:
    """As a sentence stands in a title."""
    return sentence.removesuffix(".")


@register.filter
def percent_off(price: PriceSnapshot) -> int:
    """How much a reduced price is below the regular one; never 0, and never 100 unless it is free."""
    share = (1 - price.amount / price.regular_amount) * 100
    if price.amount == 0:
        return 100
    return min(99, max(1, int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))))


@register.filter
def plain_percent(percent: Decimal) -> str:
    """20 and 12.5, not 20.00 and 12.50."""
    return f"{percent.normalize():f}"


@register.inclusion_tag("storefront/_stars.html")
def stars(rating: Decimal, *, silent: bool = False) -> dict[str, Any]:
    """Five stars, filled as far as the rating (0 to 5) goes; `silent` ones stand beside the same in words."""
    return {"rating": rating, "silent": silent, "width": f"{rating * STAR_WIDTH:.1f}"}


@register.inclusion_tag("storefront/_card.html")
def card(shown: Card, *, eager: bool = False) -> dict[str, Any]:
    """A product in a list; an `eager` one is in sight at once, so its picture does not wait."""
    return {"card": shown, "eager": eager}


@register.inclusion_tag("storefront/_provenance.html")
def provenance_table() -> dict[str, Any]:
    """Where this page's values came from, as far as it has been rendered."""
    scope = provenance.current()
    events = scope.events if scope else []
    hits = sum(event.status in ("local", "hit", "negative") for event in events)
    return {"events": events, "hits": hits, "round_trips": scope.round_trips if scope else 0, "private": PRIVATE}
