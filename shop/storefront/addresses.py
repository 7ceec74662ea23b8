"""Where things are found in the shop."""

from django.urls import reverse

from catalog.snapshots import ProductSnapshot


def product_address(product: ProductSnapshot) -> str:
    return reverse("product", kwargs={"slug": product.slug, "product_id": product.id})
