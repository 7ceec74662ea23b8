"""The catalog's tables. Each file says which cache entry its table owns and who raises that entry's version.

What belongs to a product goes with it, and PostgreSQL sees to that: migration 0002 makes the foreign keys with
ON DELETE CASCADE, and `db_constraint=False, on_delete=DO_NOTHING` tell Django to stay out. So psql by hand, a bulk
delete and the admin all take the same locks in the same order: the product, then its parts.
"""

from catalog.models.bulk_price_change import PriceChangeLine, PriceChangePlan
from catalog.models.category import Category, CategoryTree
from catalog.models.flash_sale import FlashSale, FlashSaleItem
from catalog.models.popularity import Popularity
from catalog.models.price import Price
from catalog.models.product import Product
from catalog.models.related import RelatedProducts
from catalog.models.review import Review, ReviewSummary
from catalog.models.seeding import Seeding
from catalog.models.word import Word

__all__ = [
    "Category",
    "CategoryTree",
    "FlashSale",
    "FlashSaleItem",
    "Popularity",
    "Price",
    "PriceChangeLine",
    "PriceChangePlan",
    "Product",
    "RelatedProducts",
    "Review",
    "ReviewSummary",
    "Seeding",
    "Word",
]
