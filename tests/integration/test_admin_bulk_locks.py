"""Bulk changes lock products in the order of their ids, so that no two writers wait for each other in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from catalog.bulk.flags import set_flag
from catalog.bulk.price_apply import apply_plan
from catalog.bulk.price_preview import make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.models import Product
from tests.goods import Goods
from tests.integration.test_catalog_concurrency import until_somebody_waits_for_a_lock


def change_prices(goods: Goods, keeper: User) -> Callable[[], object]:
    plan_id = make_plan(product_ids=goods.ids[::-1], chosen="Jams", user_id=keeper.pk)
    revision = preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(10)))
    return lambda: apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)


def withdraw(goods: Goods, keeper: User) -> Callable[[], object]:
    ids = goods.ids[::-1]
    return lambda: set_flag(product_ids=ids, flag="is_published", value=False, user_id=keeper.pk)


@pytest.mark.parametrize("bulk", [change_prices, withdraw])
def test_who_waits_for_the_first_product_holds_no_later_one(
    goods: Goods, bulk: Callable[[Goods, User], Callable[[], object]]
) -> None:
    job = bulk(goods, User.objects.create_superuser("keeper"))
    held, seen = Event(), Event()

    def hold_the_first() -> None:
        with transaction.atomic():
            Product.objects.select_for_update(no_key=True).get(pk=goods.ids[0])
            held.set()
            seen.wait(timeout=10)

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(run, hold_the_first)]
        assert held.wait(timeout=10)
        working.append(pool.submit(run, job))
        try:
            until_somebody_waits_for_a_lock()
            with transaction.atomic():
                free = Product.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=goods.ids[1:])
                assert len(free) == len(goods.ids) - 1
        finally:
            seen.set()
        for done in working:
            done.result()
