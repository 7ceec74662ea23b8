"""What search engines read of a product: schema.org's terms as JSON-LD.

Invariant: whatever a shopkeeper or a visitor wrote, nothing in the JSON opens or closes a tag.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.snapshots import CategorySnapshot
from shop.storefront.addresses import product_address
from shop.storefront.answers import HTML_SAFE
from shop.storefront.pictures.picture import VIEWS
from shop.storefront.pictures.picture_of import picture_of_product
from shop.storefront.pictures.view import picture_address
from shop.storefront.product_page import ProductPage

CONTEXT: Final = "https://schema.org"


def product_data(request: HttpRequest, page: ProductPage) -> SafeString:
    """A Product with its Offer and AggregateRating, and the BreadcrumbList that leads to it.

    Search engines refuse a Product that has neither price nor reviews, so it is left out.
    """
    product = page.product
    address = request.build_absolute_uri(product_address(product))
    breadcrumbs = _breadcrumbs(request, page.path, (product.name, address))
    if page.price is None and page.reviews.average is None:
        return _html_safe([breadcrumbs])
    category = page.path[-1] if page.path else None
    pictures = [picture_address(picture_of_product(product, category, view=view)) for view in VIEWS]
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "name": product.name,
        "sku": product.sku,
        "brand": {"@type": "Brand", "name": product.brand},
        "description": product.description,
        "url": address,
        "image": [request.build_absolute_uri(picture) for picture in pictures],
    }
    if page.price is not None:
        described["offers"] = {
            "@type": "Offer",
            "url": address,
            "price": str(page.price.amount),
            "priceCurrency": page.price.currency,
            "availability": f"{CONTEXT}/{'InStock' if page.stock.available > 0 else 'OutOfStock'}",
        }
        if page.price.on_sale and page.price.sale_ends_at is not None:
            described["offers"]["priceValidUntil"] = page.price.sale_ends_at.date().isoformat()
    if page.reviews.average is not None:
        described["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.reviews.average),
            "reviewCount": page.reviews.count,
        }
    return _html_safe([described, breadcrumbs])


def _breadcrumbs(request: HttpRequest, path: Sequence[CategorySnapshot], last: tuple[str, str]) -> dict[str, Any]:
    steps = [("Home", reverse("home")), *((step.name, reverse("category", args=[step.slug])) for step in path)]
    known = [*((name, request.build_absolute_uri(address)) for name, address in steps), last]
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(known, start=1)
        ],
    }


def _html_safe(data: list[dict[str, Any]]) -> SafeString:
    return SafeString(json.dumps(data, ensure_ascii=False).translate(HTML_SAFE))
