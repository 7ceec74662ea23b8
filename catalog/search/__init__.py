"""Which products a list shows: ids alone, from one indexed statement. What the products say comes from the caches."""

from catalog.search.cursor import BadCursorError
from catalog.search.query import ProductPage, search_products
from catalog.search.sort import Sort

__all__ = ["BadCursorError", "ProductPage", "Sort", "search_products"]
