"""What the templates need besides their context."""

from decimal import Decimal
from typing import Any, Final

from django import template

from catalog.snapshots import ProductSnapshot
from shop.caching import provenance
from shop.storefront.addresses import product_address

register = template.Library()

SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
# Neighbouring ids land far apart on the colour wheel.
HUE_STEP: Final = 137
JAR_BOTTOM: Final = 84


@register.simple_tag
def product_url(product: ProductSnapshot) -> str:
    return product_address(product)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """€3.20, or 3.20 CHF for a currency without a symbol here."""
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{amount:.2f}" if symbol else f"{amount:.2f} {currency}"


@register.inclusion_tag("storefront/_picture.html")
def picture(product: ProductSnapshot) -> dict[str, Any]:
    """A drawn jar in the colour of its category: we have no photographs, and borrow none."""
    level = 30 + product.id % 4 * 12
    return {
        "hue": product.category_id * HUE_STEP % 360,
        "letter": product.name[:1],
        "level": level,
        "depth": JAR_BOTTOM - level,
    }


@register.inclusion_tag("storefront/_provenance.html")
def provenance_table() -> dict[str, Any]:
    """Where this page's values came from, as far as it has been rendered."""
    scope = provenance.current()
    return {"events": scope.events if scope else [], "round_trips": scope.round_trips if scope else 0}
