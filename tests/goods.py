"""A small shop on the real servers, with caches of its own. The fixtures are handed on by each folder's conftest.py."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import Category, Price, Product
from catalog.operations import post_review, recompute_related_products
from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.wiring import make_ground

SCHEMA = [
    {"key": "organic", "label": "Organic", "kind": "flag", "unit": "", "choices": []},
    {"key": "fruit", "label": "Fruit", "kind": "choice", "unit": "", "choices": ["plum", "cherry"]},
    {"key": "weight", "label": "Weight", "kind": "number", "unit": "g", "choices": []},
]


@dataclass(frozen=True)
class Goods:
    """30 jams below /c/pantry/jams; every third is reduced, the first has two reviews."""

    pantry: Category
    jams: Category
    ids: tuple[int, ...]

    @property
    def id(self) -> int:
        return self.ids[0]


@pytest.fixture
def own_caches(transactional_db: None, settings: Settings) -> Iterator[None]:
    """Keys, breaker and gate that no other test shares."""
    settings.CACHE_NAMESPACE = f"test-{secrets.token_hex(6)}"
    REGISTRY.wire(make_ground)
    yield
    # Whoever uses the caches without a fixture must not meet what this test has wired.
    REGISTRY.wire(make_ground)


@pytest.fixture
def plain_static(settings: Settings, tmp_path: Path) -> None:
    """Static files under their plain names: nothing was collected."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def goods(own_caches: None, plain_static: None) -> Goods:
    with announced_changes():
        pantry = Category.objects.create(name="Pantry", slug="pantry", description="What keeps.")
        jams = Category.objects.create(name="Jams", slug="jams", parent=pantry, attribute_schema=SCHEMA)
        made = Product.objects.bulk_create(_jam(number, jams) for number in range(30))
        Price.objects.bulk_create(_price(product, number) for number, product in enumerate(made))
    ids = tuple(product.pk for product in made)
    post_review(product_id=ids[0], author="Ann", rating=5, title="Fine", body="Very fine.")
    post_review(product_id=ids[0], author="Bob", rating=4, title="Good", body="")
    recompute_related_products()
    return Goods(pantry=pantry, jams=jams, ids=ids)


@pytest.fixture
def visitor(goods: Goods) -> Client:
    """A client that gets a 500 as an answer, as a browser would."""
    return Client(raise_request_exception=False)


@pytest.fixture
def staff(goods: Goods) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("keeper"))
    return client


def _jam(number: int, jams: Category) -> Product:
    return Product(
        sku=f"JAM-{number:03}",
        slug=f"plum-jam-{number}",
        name=f"Plum jam {number}",
        brand=f"Orchard {number % 3}",
        category=jams,
        description="Sweet.\n\nVery sweet.",
        attributes={"organic": number % 2 == 0, "fruit": "plum" if number % 3 else "cherry", "weight": 340},
    )


def _price(product: Product, number: int) -> Price:
    amount = Decimal("3.20") if number % 3 == 0 else Decimal("4.50")
    return Price(product=product, regular_amount=Decimal("4.50"), amount=amount)
