"""Which products a list shows: ids alone, from one indexed statement. What the products say comes from the caches."""

from catalog.search.criteria import Criteria
from catalog.search.cursor import BadCursorError
from catalog.search.query import ProductPage, find_products, search_products
from catalog.search.sort import Sort
from catalog.search.spelling import spelled

__all__ = ["BadCursorError", "Criteria", "ProductPage", "Sort", "find_products", "search_products", "spelled"]
