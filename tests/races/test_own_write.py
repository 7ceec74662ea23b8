"""A writer's next page shows what they wrote, even if it meets a load that began before the write.

1. A reader in this process starts to load; 2. the writer commits and invalidates, from another process; 3. the writer's
next page comes to this process, while the load of step 1 is still under way.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.snapshots import PriceSnapshot
from shop.caching import leased_load
from shop.caching.entry import Versioned
from shop.caching.redis_store import script_text
from tests.races.actors import Stage, point
from tests.races.ground import WITHOUT_FLOORS, Scene, stepped_load

NEW = Decimal("20.00")


def slow_load(ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
    """The row is read, and only then the loader is held up."""
    found = load_prices(ids)
    point("loaded")
    return found


@pytest.mark.parametrize("with_floor", [True, False], ids=["callers carry their floor", "control: they don't"])
def test_the_writers_next_page_does_not_share_a_load_from_before_the_write(
    stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch, with_floor: bool
) -> None:
    scene = Scene(scripts=script_text if with_floor else WITHOUT_FLOORS)
    # Floor or none, nobody shares a load that has lost its lease: here the floor alone is looked at.
    monkeypatch.setattr(leased_load, "LEASE_LOST", "told to nobody")
    here, elsewhere = scene.process(), scene.process()

    def writer() -> Decimal:
        point("write")
        Price.objects.filter(pk=product_id).update(amount=NEW)
        elsewhere.invalidate(product_id, version=Price.objects.values_list("version", flat=True).get(pk=product_id))
        value = here.get(product_id, load=stepped_load).value
        assert value is not None
        return value.amount

    reader = ["reader"] * 3  # read, lease, loaded: the old row is in the reader's hands
    results = stage.play(
        {"reader": lambda: here.get(product_id, load=slow_load), "writer": writer},
        [*reader[:2], *["writer"] * 7, "reader"],
    )

    assert (results["writer"] == NEW) is with_floor
    scene.forget()


def test_a_write_in_this_process_takes_the_load_under_way_off_the_board_even_when_redis_is_silent(
    stage: Stage, product_id: int
) -> None:
    """Without Redis nobody knows a floor; the writer's own process still starts a new load for the next page."""
    scene = Scene()
    here = scene.process()

    def writer() -> Decimal:
        point("write")
        Price.objects.filter(pk=product_id).update(amount=NEW)
        here.invalidate(product_id, version=Price.objects.values_list("version", flat=True).get(pk=product_id))
        value = here.get(product_id, load=stepped_load).value
        assert value is not None
        return value.amount

    scene.redis.connection_pool.connection_kwargs["port"] = 1
    scene.redis.connection_pool.disconnect()
    reader = ["reader"] * 2  # read, loaded: the old row is in the reader's hands
    results = stage.play(
        {"reader": lambda: here.get(product_id, load=slow_load), "writer": writer},
        [reader[0], *["writer"] * 7, "reader"],
    )

    assert results["writer"] == NEW
    scene.redis.connection_pool.reset()
