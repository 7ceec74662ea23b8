"""The catalog behind the counter: one file a table, each registered where it is defined."""

from catalog.admin import category, derived, price, product, review

__all__ = ["category", "derived", "price", "product", "review"]
