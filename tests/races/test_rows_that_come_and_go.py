"""Rows that are inserted while somebody finds nothing, deleted and inserted again, or brought back by a restore."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

import pytest
from django.conf import settings
from django.db import connection

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.operations import change_price
from catalog.queries import get_price
from catalog.snapshots import PriceSnapshot
from shop.caching import leased_load
from shop.caching.cache_aside import CacheAside
from shop.caching.entry import Versioned
from shop.caching.keys import KeySpace
from shop.caching.redis_store import script_text
from shop.caching.results import Status
from shop.events.identity import database_id
from tests.goods import Goods
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import WITHOUT_FENCE, Scene, stepped_load


def version_of(product_id: int) -> int:
    return Price.objects.values_list("version", flat=True).get(pk=product_id)


def insert(new_id: int, cache: CacheAside[PriceSnapshot]) -> None:
    point("write")
    Price.objects.create(pk=new_id, amount=Decimal("5.00"), regular_amount=Decimal("5.00"))
    cache.invalidate(new_id, version=version_of(new_id))


def hidden_orders(stage: Stage, new_id: int, scripts: Callable[[str], str]) -> list[tuple[str, ...]]:
    """Insert a row while a reader looks for it, in every order; those after which the shop says there is none."""
    hidden = []
    for order in interleavings({"reader": 4, "writer": 2}, most=100):
        scene = Scene(scripts=scripts)
        Price.objects.filter(pk=new_id).delete()

        jobs: dict[str, Callable[[], object]] = {
            "reader": partial(scene.process().get, new_id, load=stepped_load),
            "writer": partial(insert, new_id, scene.process()),
        }
        stage.play(jobs, order)
        if scene.process().get(new_id, load=load_prices).value is None:
            hidden.append(order)
        scene.forget()
    return hidden


def test_a_negative_entry_never_hides_a_row_that_was_inserted_meanwhile(stage: Stage, unpriced_id: int) -> None:
    assert hidden_orders(stage, unpriced_id, script_text) == []


def test_control_without_the_fence_a_negative_entry_hides_the_new_row(stage: Stage, unpriced_id: int) -> None:
    assert hidden_orders(stage, unpriced_id, WITHOUT_FENCE) != []


@pytest.mark.parametrize("one_sequence", [True, False], ids=["one sequence", "control: versions start again"])
def test_a_row_deleted_and_inserted_again_is_not_fenced_out(product_id: int, one_sequence: bool) -> None:
    """The delete's own invalidation is lost, so the old entry is still there when the new row's arrives."""
    scene = Scene()
    process = scene.process()
    process.get(product_id, load=load_prices)
    Price.objects.filter(pk=product_id).delete()

    with connection.cursor() as cursor:
        if not one_sequence:
            cursor.execute("ALTER TABLE catalog_price DISABLE TRIGGER USER")
        Price.objects.create(pk=product_id, amount=Decimal("5.00"), regular_amount=Decimal("5.00"), version=1)
        if not one_sequence:
            cursor.execute("ALTER TABLE catalog_price ENABLE TRIGGER USER")
    process.invalidate(product_id, version=version_of(product_id))

    result = process.get(product_id, load=load_prices)
    assert result.value is not None
    assert (result.value.amount == Decimal("5.00")) is one_sequence
    scene.forget()


@pytest.mark.parametrize("renewed", [True, False], ids=["a new database id", "control: the same id"])
def test_a_restored_database_is_not_answered_from_the_entries_of_before(product_id: int, renewed: bool) -> None:
    """1. An entry is cached at a version; 2. the database goes back to a dump, below that version; 3. a reader asks."""
    scene = Scene(database_id=database_id())
    before = version_of(product_id)
    Price.objects.filter(pk=product_id).update(amount=Decimal("77.00"))
    scene.process().get(product_id, load=load_prices)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_price DISABLE TRIGGER USER")
        Price.objects.filter(pk=product_id).update(amount=Decimal("10.00"), version=before)
        cursor.execute("ALTER TABLE catalog_price ENABLE TRIGGER USER")
        if renewed:
            old_id = scene.database_id
            cursor.execute("SELECT larder_reset('restore')")
            scene.database_id = database_id()
            scene.store.mark(scene.keys.retired(old_id))

    result = scene.process().get(product_id, load=load_prices)
    assert result.value is not None
    assert (result.value.amount == Decimal("10.00")) is renewed
    scene.forget()


def test_a_deleted_row_is_answered_from_a_negative_entry_until_it_is_back(product_id: int) -> None:
    scene = Scene()
    process = scene.process()
    Price.objects.filter(pk=product_id).delete()

    first = process.get(product_id, load=load_prices)
    second = process.get(product_id, load=load_prices)
    Price.objects.create(pk=product_id, amount=Decimal("5.00"), regular_amount=Decimal("5.00"))
    process.invalidate(product_id, version=version_of(product_id))
    third = process.get(product_id, load=load_prices)

    assert (first.status, second.status, third.status) == (Status.MISS, Status.NEGATIVE, Status.MISS)
    assert third.value is not None
    scene.forget()


@pytest.mark.parametrize("follows", [True, False], ids=["reads the id at each write", "control: keeps the one it knew"])
def test_a_writer_that_has_not_heard_of_a_reset_invalidates_under_the_new_id(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, follows: bool
) -> None:
    """1. A reset commits; 2. another process starts and fills under the new id; 3. this one writes."""
    get_price(product_id=goods.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT larder_reset('restore')")
    elsewhere = Scene(database_id=database_id(), namespace=settings.CACHE_NAMESPACE)
    elsewhere.process().get(goods.id, load=load_prices)
    if not follows:
        monkeypatch.setattr(KeySpace, "follow", lambda self, database_id: None)

    change_price(product_id=goods.id, amount=Decimal("4.44"), regular_amount=Decimal("9.00"))

    shown = elsewhere.process().get(goods.id, load=load_prices).value
    assert shown is not None
    assert (shown.amount == Decimal("4.44")) is follows
    elsewhere.forget()


@pytest.mark.parametrize("apart", [True, False], ids=["flights of one database id", "control: flights of any"])
def test_a_load_from_before_a_reset_is_not_joined_after_it(
    stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    """1. A reader loads; 2. the row goes in a reset; 3. the next page in the same process meets that load."""
    scene = Scene(database_id="before")
    here = scene.process()
    if not apart:
        monkeypatch.setattr(KeySpace, "known", "always the same")
        monkeypatch.setattr(leased_load, "LEASE_LOST", "told to nobody")

    def slow_load(ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
        found = load_prices(ids)
        point("loaded")
        return found

    def resetter() -> PriceSnapshot | None:
        point("write")
        Price.objects.filter(pk=product_id).delete()
        scene.keys.follow("after")
        return here.get(product_id, load=stepped_load).value

    jobs: dict[str, Callable[[], object]] = {
        "reader": partial(here.get, product_id, load=slow_load),
        "resetter": resetter,
    }
    results = stage.play(jobs, ["reader", "reader", *["resetter"] * 6, "reader"])

    assert (results["resetter"] is None) is apart
    scene.forget()
