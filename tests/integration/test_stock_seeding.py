"""The first delivery: with the goods, in their transaction, and the same each time."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Product
from catalog.seeding.run import seed_shop
from inventory.models import Movement, Stock
from inventory.queries import get_stock
from inventory.seeding import on_hand_of
from shop.events.fast_path import announced_changes
from tests.integration.catalog_rows import logged
from tests.integration.stock_rows import sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")


def seed(**options: Any) -> str:
    out = StringIO()
    call_command("seed_catalog", stdout=out, **options)
    return out.getvalue()


def test_every_seeded_product_is_stocked_and_its_ledger_adds_up() -> None:
    seed(products=300)

    ids = set(Product.objects.values_list("id", flat=True))
    assert dict(Stock.objects.values_list("product_id", "on_hand")) == {one: on_hand_of(one, 1) for one in ids}
    assert set(Movement.objects.values_list("kind", flat=True)) == {"received"}
    assert sums_agree()


def test_most_products_are_plenty_some_are_scarce_and_a_few_are_sold_out() -> None:
    amounts = [on_hand_of(product_id, 1) for product_id in range(1, 5001)]

    assert 150 < amounts.count(0) < 250
    assert 175 < sum(1 <= amount <= 3 for amount in amounts) < 325
    assert all(5 <= amount <= 200 for amount in amounts if amount > 3)


def test_goods_and_stock_are_told_to_the_caches_by_one_reset() -> None:
    with logged() as log:
        seed(products=100)

    assert [(row.entity, row.operation) for row in log.rows] == [("seed", "reset")]


def test_a_larger_number_stocks_only_what_it_adds() -> None:
    seed(products=100)
    first = dict(Stock.objects.values_list("product_id", "version"))

    seed(products=150)

    assert Stock.objects.count() == 150
    assert first.items() <= dict(Stock.objects.values_list("product_id", "version")).items()
    assert "Nothing to do" in seed(products=150)


def test_a_shop_that_kept_no_stock_is_stocked_by_the_next_run_at_once_for_everybody() -> None:
    seed_shop(products=30, seed=1, progress=lambda present: None)
    product_id = next(one for one in Product.objects.values_list("id", flat=True) if on_hand_of(one, 1))
    assert get_stock(product_id=product_id).on_hand == 0

    assert "Stocked the products" in seed(products=30)

    assert get_stock(product_id=product_id).on_hand == on_hand_of(product_id, 1)
    assert Stock.objects.count() == 30
    assert sums_agree()


def test_products_that_have_stock_already_keep_it() -> None:
    with announced_changes():
        Stock.objects.create(product_id=1, on_hand=0)
        seed(products=30)

    assert Stock.objects.get(product_id=1).on_hand == 0
    assert sums_agree()
