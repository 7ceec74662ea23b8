"""A reader fills while a writer writes: in every order of their steps, the cache ends with what the database holds."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.redis_store import script_text
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import WITHOUT_FENCE, WITHOUT_LEASE_CHECK, Scene, stepped_load

READER = {"reader": 4}  # read, lease, load, fill
WRITER = {"writer": 3}  # write, commit, invalidate


def write(product_id: int, cache: CacheAside[PriceSnapshot], amount: Decimal) -> int:
    """What an operation does: write, commit, invalidate with the version that the trigger gave."""
    point("write")
    with transaction.atomic():
        Price.objects.filter(pk=product_id).update(amount=amount)
        version = Price.objects.values_list("version", flat=True).get(pk=product_id)
        point("commit")
    cache.invalidate(product_id, version=version)
    return version


def evict_entry(scene: Scene, product_id: int) -> None:
    point("evict")
    scene.evict(product_id)


def shown(scene: Scene, product_id: int) -> Decimal:
    value = scene.process().get(product_id, load=load_prices).value
    assert value is not None
    return value.amount


def stale_orders(
    stage: Stage,
    product_id: int,
    *,
    scripts: Callable[[str], str],
    steps: dict[str, int],
    most: int = 400,
    warm: bool = False,
    evict: bool = False,
) -> list[tuple[str, ...]]:
    """Play every order; those after which the cache shows something else than the database."""
    stale = []
    amount = Decimal("10.00")
    for order in interleavings(steps, most=most):
        scene = Scene(scripts=scripts)
        if warm:
            scene.process().get(product_id, load=load_prices)
            scene.clock.advance(PRICE_POLICY.ttl + 1)
        amount = amount % 90 + 1
        jobs: dict[str, Callable[[], object]] = {
            name: partial(scene.process().get, product_id, load=stepped_load) for name in steps if "reader" in name
        }
        jobs["writer"] = partial(write, product_id, scene.process(), amount)
        if evict:
            jobs["evictor"] = partial(evict_entry, scene, product_id)
        stage.play(jobs, order)
        if shown(scene, product_id) != amount:
            stale.append(order)
        scene.forget()
    return stale


def test_a_fill_never_undoes_an_invalidation_in_any_order(stage: Stage, product_id: int) -> None:
    assert stale_orders(stage, product_id, scripts=script_text, steps=READER | WRITER) == []


def test_control_without_the_fence_some_order_leaves_the_old_price(stage: Stage, product_id: int) -> None:
    assert stale_orders(stage, product_id, scripts=WITHOUT_FENCE, steps=READER | WRITER) != []


@pytest.mark.timeout(1500)  # all 11,550 orders at full size
def test_two_readers_in_two_processes_and_a_writer_end_with_the_new_price(stage: Stage, product_id: int) -> None:
    steps = {"reader 1": 4, "reader 2": 4} | WRITER
    assert stale_orders(stage, product_id, scripts=script_text, steps=steps, most=120) == []


def test_an_evicted_tombstone_lets_no_old_price_in(stage: Stage, product_id: int) -> None:
    steps = READER | WRITER | {"evictor": 1}
    assert stale_orders(stage, product_id, scripts=script_text, steps=steps, evict=True) == []


def test_control_without_the_lease_an_evicted_tombstone_lets_the_old_price_in(stage: Stage, product_id: int) -> None:
    steps = READER | WRITER | {"evictor": 1}
    assert stale_orders(stage, product_id, scripts=WITHOUT_LEASE_CHECK, steps=steps, evict=True) != []


def test_a_refresh_of_a_stale_entry_that_crosses_an_invalidation_does_not_undo_it(
    stage: Stage, product_id: int
) -> None:
    assert stale_orders(stage, product_id, scripts=script_text, steps=READER | WRITER, warm=True) == []


def test_control_without_the_fence_a_refresh_undoes_an_invalidation(stage: Stage, product_id: int) -> None:
    assert stale_orders(stage, product_id, scripts=WITHOUT_FENCE, steps=READER | WRITER, warm=True) != []


@pytest.mark.parametrize("after", [True, False], ids=["after the commit", "control: before it"])
def test_an_invalidation_comes_after_the_commit(stage: Stage, product_id: int, after: bool) -> None:
    """1. The writer invalidates; 2. a reader loads the old row, not yet replaced, and fills; 3. the writer commits."""
    scene = Scene()

    def write_too_early() -> None:
        point("write")
        with transaction.atomic():
            Price.objects.filter(pk=product_id).update(amount=Decimal("20.00"))
            scene.process().invalidate(product_id, version=1)
            point("commit")

    jobs: dict[str, Callable[[], object]] = {
        "writer": partial(write, product_id, scene.process(), Decimal("20.00")) if after else write_too_early,
        "reader": partial(scene.process().get, product_id, load=stepped_load),
    }
    stage.play(jobs, ("writer", "writer", *["reader"] * 4, "writer", "writer"))

    assert (shown(scene, product_id) == Decimal("20.00")) is after
    scene.forget()
