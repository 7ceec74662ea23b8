"""How staff find a product: by its SKU, else by the words and indexes that visitors search with.

The admin's own search is a LIKE that reads the whole table.
"""

from django.db.models import QuerySet

from catalog.models import Product
from catalog.search.filters import matches, plain
from catalog.search.spelling import spelled


def found_products(text: str) -> QuerySet[Product]:
    """The product with this SKU, if there is one; else those that the words match, spelled right; all for no words."""
    words = plain(text)
    products = Product.objects.all()
    if not words:
        return products
    by_sku = products.filter(sku=words)
    return by_sku if by_sku.exists() else products.filter(matches(spelled(words)))
