"""The catalog's tables. Each file says which cache entry its table owns and who raises that entry's version."""

from catalog.models.category import Category, CategoryTree
from catalog.models.price import Price
from catalog.models.product import Product
from catalog.models.related import RelatedProducts
from catalog.models.review import Review, ReviewSummary
from catalog.models.seeding import Seeding

__all__ = ["Category", "CategoryTree", "Price", "Product", "RelatedProducts", "Review", "ReviewSummary", "Seeding"]
