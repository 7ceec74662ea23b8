"""The catalog behind the counter: one file a table, each registered where it is defined."""

from catalog.admin import category, derived, flash_sale, price, price_change_plan, product, review

__all__ = ["category", "derived", "flash_sale", "price", "price_change_plan", "product", "review"]
