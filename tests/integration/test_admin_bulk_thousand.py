"""A thousand products are withdrawn and published at once: every cache, a small log, and a double click."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from catalog.bulk.flags import set_flag
from catalog.models import Category, Price, Product
from catalog.queries import get_products
from tests.goods import Goods
from tests.integration.catalog_rows import logged
from tests.integration.test_admin_bulk_flags import act, said

MANY = 1000


@pytest.fixture
def many(goods: Goods) -> tuple[int, ...]:
    """A thousand honeys; "category=honey" finds them in the list of products."""
    honey = Category.objects.create(name="Honey", slug="honey", parent=goods.pantry)
    products = Product.objects.bulk_create(
        Product(sku=f"HONEY-{number}", slug="honey", name=f"Honey {number}", brand="Bees", category=honey)
        for number in range(MANY)
    )
    Price.objects.bulk_create(Price(product=product, regular_amount=10, amount=10) for product in products)
    return tuple(product.pk for product in products)


def seen(product_ids: tuple[int, ...]) -> int:
    """How many of them visitors see, by caches that are warm."""
    return len(get_products(product_ids=product_ids))


def twice_at_once(press: Callable[[], int]) -> list[int]:
    """What two requests of the same moment get."""
    barrier = Barrier(2)

    def pressed() -> int:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [done.result() for done in [pool.submit(pressed) for _ in range(2)]]


def test_a_thousand_products_leave_every_cache_and_come_back_by_a_log_of_one_row_each(
    staff: Client, visitor: Client, goods: Goods, many: tuple[int, ...]
) -> None:
    assert seen(many) == MANY
    assert visitor.get(f"/api/products/{many[-1]}").status_code == 200

    with logged() as log:
        withdrawn = act(staff, "withdraw", many[:1], across=True, query="?category=honey")

    assert said(withdrawn) == ["1,000 products were withdrawn."]
    assert seen(many) == 0
    assert visitor.get(f"/api/products/{many[-1]}").status_code == 404
    assert visitor.get(f"/api/products/{goods.id}").status_code == 200
    assert log.sizes("product") == [MANY]

    with logged() as log:
        act(staff, "publish", many[:1], across=True, query="?category=honey")

    assert seen(many) == MANY
    assert visitor.get(f"/api/products/{many[-1]}").status_code == 200
    assert log.sizes("product") == [MANY]


def test_more_than_a_thousand_are_logged_by_a_thousand_a_row(goods: Goods, many: tuple[int, ...]) -> None:
    keeper = User.objects.create_superuser("keeper")

    with logged() as log:
        set_flag(product_ids=[*many, *goods.ids], flag="is_published", value=False, user_id=keeper.pk)

    assert sorted(log.sizes("product")) == [len(goods.ids), MANY]


@pytest.mark.parametrize(("action", "published"), [("withdraw", False), ("publish", True)])
def test_the_second_click_of_two_changes_nothing(
    goods: Goods, many: tuple[int, ...], action: str, published: bool
) -> None:
    keeper = User.objects.create_superuser("keeper")
    Product.objects.filter(pk__in=many).update(is_published=not published)
    versions = dict(Product.objects.filter(pk__in=many).values_list("pk", "version"))
    click = partial(set_flag, product_ids=many, flag="is_published", value=published, user_id=keeper.pk)

    with logged() as log:
        changed = twice_at_once(click)

    assert sorted(changed) == [0, MANY]
    assert sum(log.sizes("product")) == MANY
    assert LogEntry.objects.count() == MANY
    written = dict(Product.objects.filter(pk__in=many).values_list("pk", "version"))
    assert all(written[one] > versions[one] for one in many)
    with logged() as log:
        assert click() == 0
    assert log.rows == []
    assert dict(Product.objects.filter(pk__in=many).values_list("pk", "version")) == written
