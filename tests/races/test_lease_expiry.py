"""A lease holder stalls beyond its lease: another loads in its place, and what the first one brings is not stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.entry import Versioned
from shop.caching.redis_store import script_text
from tests.races.actors import Stage, point
from tests.races.ground import WITHOUT_LEASE_CHECK, Scene, stepped_load


@pytest.mark.parametrize(
    ("scripts", "fenced"), [(script_text, True), (WITHOUT_LEASE_CHECK, False)], ids=["token checked", "control: not"]
)
def test_a_loader_that_outlived_its_lease_stores_nothing(
    stage: Stage, product_id: int, scripts: Callable[[str], str], fenced: bool
) -> None:
    """1. A loads v1 and stalls; 2. its lease ends; 3. v2 is committed; 4. B loads v2 and fills; 5. the entry is
    evicted; 6. A fills v1.
    """
    scene = Scene(scripts=scripts)
    lease_key = f"{scene.keys.entries(PRICE_POLICY, [product_id])[0]}:lease"

    def others() -> None:
        point("lease ends")
        scene.redis.delete(lease_key)
        Price.objects.filter(pk=product_id).update(amount=Decimal("20.00"))
        scene.process().get(product_id, load=load_prices)
        scene.evict(product_id)

    reader = ["reader"] * 3  # read, lease, load: stands before its fill
    order = [*reader, *["others"] * 5]
    stage.play({"reader": lambda: scene.process().get(product_id, load=stepped_load), "others": others}, order)

    value = scene.process().get(product_id, load=load_prices).value
    assert value is not None
    assert (value.amount == Decimal("20.00")) is fenced
    scene.forget()


def test_a_lease_ends_by_itself_and_the_next_reader_loads(product_id: int) -> None:
    scene = Scene()
    short = replace(PRICE_POLICY, lease=0.05, wait_limit=2.0)
    ground = scene.process()._ground()
    key = ground.keys.entries(short, [product_id])[0]
    scene.redis.set(f"{key}:lease", "of a process that was killed", px=50)
    loads: list[int] = []

    def counted(ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
        loads.append(len(ids))
        return load_prices(ids)

    cache = CacheAside(short, PriceSnapshot, ground=lambda: ground, register=False)
    result = cache.get(product_id, load=counted)

    assert result.value is not None
    assert loads == [1]
    scene.forget()
