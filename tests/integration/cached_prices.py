"""A price as the caches hold it, looked at past every reader's logic."""

from decimal import Decimal

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_CACHE, PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.registry import REGISTRY
from shop.caching.results import Result

REGULAR = Decimal("90.00")


def read(product_id: int) -> Result[PriceSnapshot]:
    return PRICE_CACHE.get(product_id, load=load_prices)


def amount(product_id: int) -> Decimal | None:
    """What a visitor is shown."""
    value = read(product_id).value
    return None if value is None else value.amount


def entry(product_id: int) -> bytes | None:
    """The bytes in the store, which may be read inside a transaction too."""
    ground = REGISTRY.ground()
    return ground.store.read(ground.keys.entries(PRICE_POLICY, [product_id]))[0]


def warm(product_id: int) -> bytes:
    """The entry's bytes, once a visitor has read the price."""
    read(product_id)
    found = entry(product_id)
    assert found is not None
    return found


def write(product_id: int, amount: str) -> None:
    """What a shell, a data migration or psql does: nobody is told."""
    Price.objects.filter(pk=product_id).update(amount=Decimal(amount), regular_amount=REGULAR)


def version(product_id: int) -> int:
    return Price.objects.values_list("version", flat=True).get(pk=product_id)
