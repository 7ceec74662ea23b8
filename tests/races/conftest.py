from collections.abc import Iterator
from decimal import Decimal

import pytest

from catalog.models import Category, Price, Product
from tests.goods import goods, own_caches, plain_static
from tests.races.actors import Stage

__all__ = ["goods", "own_caches", "plain_static"]


@pytest.fixture
def product_id(transactional_db: None) -> int:
    """A product with a price of 10.00, in the real database, committed."""
    product = make_product("apple")
    Price.objects.create(product=product, amount=Decimal("10.00"), regular_amount=Decimal("99.00"))
    return product.pk


@pytest.fixture
def unpriced_id(transactional_db: None) -> int:
    """A product that has no price yet."""
    return make_product("pear").pk


def make_product(slug: str) -> Product:
    category = Category.objects.create(name=slug, slug=slug)
    return Product.objects.create(sku=slug, slug=slug, name=slug, brand="Orchard", category=category)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()
