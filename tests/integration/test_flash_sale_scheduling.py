"""Sales are made, edited and cancelled before they start; from then on their terms stand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.flash_sales.scheduling import cancel_sale, edit_sale, items_of, open_sale, schedule_sale
from catalog.flash_sales.terms import MOST_PRODUCTS, Terms
from catalog.flash_sales.turning import FlashSaleNotFoundError, FlashSaleStateError
from catalog.models import FlashSale, Product
from tests.integration.catalog_rows import logged, make_category, make_product
from tests.integration.flash_sales import paid, turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jam() -> int:
    """A product that costs 10.00."""
    return make_product(make_category(), "JAM-1", amount="10.00").pk


@pytest.fixture
def keeper() -> User:
    return User.objects.create_superuser("keeper")


def terms(*product_ids: int, **others: Any) -> Terms:
    items = dict.fromkeys(product_ids)
    return Terms(**{"name": "Jam hour", "items": items, "percent_off": Decimal(20), **others})


@pytest.mark.parametrize(
    ("starts_in_s", "state", "cost"), [(None, "on", "8.00"), (-60, "on", "8.00"), (60, "scheduled", "10.00")]
)
def test_a_sale_is_opened_at_its_time(jam: int, starts_in_s: int | None, state: str, cost: str) -> None:
    starts_at = None if starts_in_s is None else timezone.now() + timedelta(seconds=starts_in_s)

    sale_id = open_sale(terms(jam, starts_at=starts_at), user_id=None)

    assert (FlashSale.objects.get(pk=sale_id).state, paid(jam)) == (state, cost)


def test_a_sale_that_is_scheduled_moves_no_price(jam: int) -> None:
    with logged() as changes:
        schedule_sale(terms(jam), user_id=None)

    assert paid(jam) == "10.00"
    assert [(row.entity, row.operation) for row in changes.rows] == [("flash_sale", "changed")]


def test_an_edit_is_written_down_and_changes_what_a_start_does(jam: int, keeper: User) -> None:
    tea = make_product(make_category("teas"), "TEA-1", amount="10.00").pk
    sale_id = schedule_sale(terms(jam), user_id=keeper.pk)

    own = Terms(name="Tea hour", items={tea: Decimal("1.50")}, percent_off=None)
    edit_sale(sale_id=sale_id, terms=own, user_id=keeper.pk)
    turn(sale_id, "on")

    assert (paid(jam), paid(tea)) == ("10.00", "1.50")
    told = [entry.get_change_message() for entry in LogEntry.objects.order_by("id")]
    assert told[0] == "Added."
    assert "name from “Jam hour” to “Tea hour”" in told[1]
    assert "percent off from “20.00” to “nothing”" in told[1]


def test_an_edit_that_changes_nothing_writes_nothing(jam: int, keeper: User) -> None:
    sale_id = schedule_sale(terms(jam), user_id=keeper.pk)

    with logged() as changes:
        edit_sale(sale_id=sale_id, terms=terms(jam), user_id=keeper.pk)

    assert changes.rows == []
    assert LogEntry.objects.count() == 1


def test_a_sale_whose_products_are_all_gone_can_get_others(jam: int) -> None:
    sale_id = schedule_sale(terms(jam), user_id=None)
    Product.objects.filter(pk=jam).delete()
    tea = make_product(make_category("teas"), "TEA-1").pk

    edit_sale(sale_id=sale_id, terms=terms(tea), user_id=None)

    assert items_of(FlashSale.objects.get(pk=sale_id)) == {tea: None}


@pytest.mark.parametrize("state", ["on", "ended", "cancelled"])
def test_what_has_started_or_is_over_can_be_neither_edited_nor_cancelled(jam: int, state: str) -> None:
    sale_id = schedule_sale(terms(jam), user_id=None)
    turn(sale_id, state)

    with pytest.raises(FlashSaleStateError):
        edit_sale(sale_id=sale_id, terms=terms(jam, name="Other"), user_id=None)
    with pytest.raises(FlashSaleStateError):
        cancel_sale(sale_id=sale_id, user_id=None)

    assert (FlashSale.objects.get(pk=sale_id).state, FlashSale.objects.get(pk=sale_id).name) == (state, "Jam hour")


def test_nobody_edits_a_sale_that_is_not_there(jam: int) -> None:
    with pytest.raises(FlashSaleNotFoundError):
        edit_sale(sale_id=77, terms=terms(jam), user_id=None)


def test_a_sale_has_at_most_a_hundred_thousand_products() -> None:
    with pytest.raises(ValidationError, match="at most 100,000 products"):
        terms(*range(1, MOST_PRODUCTS + 2))
