"""Imports at the same moment as other writers, and as each other."""

from collections.abc import Iterator
from functools import partial
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from catalog.csv import ImportConflictError, Mode, Report, import_products, operation
from catalog.csv.batches import batches
from catalog.models import Product
from catalog.operations import update_product
from tests.goods import Goods
from tests.integration.at_once import together, until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import logged

FILE = (
    b"sku,name,brand,category,regular_amount\nJAM-NEW,Fig jam,Orchard 1,jams,5.00\nJAM-001,Damson,Orchard 1,jams,4.50\n"
)


@pytest.fixture
def user_id(goods: Goods) -> int:
    return int(User.objects.create_superuser("keeper").pk)


def test_a_double_click_changes_nothing_the_second_time(goods: Goods, user_id: int) -> None:
    reports: list[Report] = []

    def click() -> None:
        reports.append(import_products(data=FILE, mode=Mode.ALL, user_id=user_id))

    with logged() as changes:
        together(click, click)

    assert sorted((one.created, one.changed, one.unchanged) for one in reports) == [(0, 0, 2), (1, 1, 0)]
    assert changes.sizes("product") == [1, 1]
    assert Product.objects.filter(sku="JAM-NEW").count() == 1


@pytest.fixture
def meddler(monkeypatch: pytest.MonkeyPatch) -> list[partial[None]]:
    """What happens between the check of a file and its writing."""
    deeds: list[partial[None]] = []

    def after_the_check(ids: list[int]) -> Iterator[list[int]]:
        while deeds:
            together(deeds.pop())
        return batches(ids)

    monkeypatch.setattr(operation, "batches", after_the_check)
    return deeds


def test_what_somebody_saved_meanwhile_is_kept(goods: Goods, user_id: int, meddler: list[partial[None]]) -> None:
    meddler.append(partial(update_product, product_id=goods.ids[1], brand="Elsewhere"))

    import_products(data=b"sku,name\nJAM-001,Damson\n", mode=Mode.ALL, user_id=user_id)

    product = Product.objects.get(sku="JAM-001")
    assert (product.name, product.brand) == ("Damson", "Elsewhere")


def _delete(goods: Goods) -> None:
    Product.objects.filter(pk=goods.ids[1]).delete()


def _rename(goods: Goods) -> None:
    Product.objects.filter(pk=goods.ids[1]).update(sku="JAM-X")


def _take_the_new_sku(goods: Goods) -> None:
    Product.objects.filter(pk=goods.ids[2]).update(sku="JAM-NEW")


@pytest.mark.parametrize("deed", [_delete, _rename, _take_the_new_sku])
def test_a_file_that_the_shop_has_overtaken_is_refused_whole(
    goods: Goods, user_id: int, meddler: list[partial[None]], deed: object
) -> None:
    assert callable(deed)
    meddler.append(partial(deed, goods))

    with pytest.raises(ImportConflictError):
        import_products(data=FILE, mode=Mode.ALL, user_id=user_id)

    assert not Product.objects.filter(name__in=("Damson", "Fig jam")).exists()


def test_an_import_waits_for_whoever_holds_a_product(goods: Goods, user_id: int) -> None:
    holds = Event()

    def holder() -> None:
        with transaction.atomic():
            Product.objects.select_for_update().get(pk=goods.ids[1])
            holds.set()
            until_somebody_waits_for_a_lock()
            Product.objects.filter(pk=goods.ids[1]).update(brand="Elsewhere")

    def importer() -> None:
        holds.wait(timeout=10)
        import_products(data=b"sku,name\nJAM-001,Damson\n", mode=Mode.ALL, user_id=user_id)

    together(holder, importer)

    product = Product.objects.get(sku="JAM-001")
    assert (product.name, product.brand) == ("Damson", "Elsewhere")
