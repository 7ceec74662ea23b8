"""Bulk changes lock products in the order of their ids, so that no two writers wait for each other in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from catalog.bulk import selection
from catalog.bulk.flags import set_flag
from catalog.bulk.price_apply import apply_plan
from catalog.bulk.price_preview import make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.models import PriceChangePlan, Product
from shop.events.busy import RowsBusyError
from tests.goods import Goods
from tests.integration.at_once import until_somebody_waits_for_a_lock
from tests.integration.held_rows import held


def change_prices(goods: Goods, keeper: User) -> Callable[[], object]:
    plan_id = make_plan(product_ids=goods.ids[::-1], chosen="Jams", user_id=keeper.pk)
    revision = preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(10)))
    return lambda: apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)


def withdraw(goods: Goods, keeper: User) -> Callable[[], object]:
    ids = goods.ids[::-1]
    return lambda: set_flag(product_ids=ids, flag="is_published", value=False, user_id=keeper.pk)


def held_first_product(goods: Goods) -> AbstractContextManager[None]:
    """Somebody else holds the first product meanwhile."""
    return held(lambda: Product.objects.select_for_update(no_key=True).get(pk=goods.ids[0]))


@pytest.mark.parametrize("bulk", [change_prices, withdraw])
def test_who_waits_for_the_first_product_holds_no_later_one(
    goods: Goods, bulk: Callable[[Goods, User], Callable[[], object]]
) -> None:
    job = bulk(goods, User.objects.create_superuser("keeper"))

    def run() -> None:
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with held_first_product(goods):
            working = pool.submit(run)
            until_somebody_waits_for_a_lock()
            with transaction.atomic():
                free = Product.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=goods.ids[1:])
                assert len(free) == len(goods.ids) - 1
        working.result()


@pytest.mark.parametrize("bulk", [change_prices, withdraw])
def test_who_waits_too_long_hears_that_nothing_was_changed(
    goods: Goods, bulk: Callable[[Goods, User], Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "_TIME_OUTS", "SET LOCAL lock_timeout = '100ms'")
    job = bulk(goods, User.objects.create_superuser("keeper"))

    with held_first_product(goods), pytest.raises(RowsBusyError):
        job()

    assert not PriceChangePlan.objects.filter(state="applied").exists()
    assert not Product.objects.filter(is_published=False).exists()


def test_the_pages_say_who_is_in_the_way(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_TIME_OUTS", "SET LOCAL lock_timeout = '100ms'")
    address = reverse("admin:catalog_product_changelist")
    fields = {"action": "withdraw", "_selected_action": goods.ids, "index": 0, "select_across": 0}

    with held_first_product(goods):
        response = staff.post(address, fields)

    assert response.status_code == 302
    assert "Somebody else is changing these rows" in staff.get(address).content.decode()
