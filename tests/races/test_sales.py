"""Two overlapping sales end at once, each seeing the other; prices are written, inserted and put in meanwhile.

Whatever the order, what people pay is what the regular price and the sales that are on make of it. The controls: who
computes first and locks then, puts back the price of before, or leaves out a wait, leaves a discount for ever, or none.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from catalog import operations
from catalog.flash_sales import turning
from catalog.flash_sales.turning import end_sale, start_sale
from catalog.models import FlashSale, Price
from tests.integration.catalog_rows import run_sql
from tests.integration.flash_sales import decider, make_sale, paid, turn
from tests.races.actors import Stage, interleavings, point

_OTHERS_OFFER = """
    SELECT min(price.regular_amount * (100 - sale.percent_off) / 100)
    FROM catalog_flashsaleitem AS item
    JOIN catalog_flashsale AS sale ON sale.id = item.sale_id AND sale.state = 'on'
    JOIN catalog_price AS price USING (product_id) WHERE item.product_id = %s
"""
COMPUTED_BY_THE_DATABASE = ("catalog_price", "catalog_flashsale")


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations stop before they lock, before they change a state, and before they commit."""
    for module, name in ((turning, "_lock_products"), (turning, "_turn"), (operations, "_locked_product")):
        real: Callable[..., Any] = getattr(module, name)

        def stopping(*args: Any, real: Callable[..., Any] = real, name: str = name) -> Any:
            point(f"before {name}")
            done = real(*args)
            point(f"after {name}")
            return done

        monkeypatch.setattr(module, name, stopping)


@pytest.fixture
def computed_by_nobody() -> Iterator[None]:
    """The database's own triggers are off."""
    for table in COMPUTED_BY_THE_DATABASE:
        run_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in COMPUTED_BY_THE_DATABASE:
        run_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def on(product_id: int, percent_off: str) -> int:
    sale_id = make_sale([product_id], percent_off=percent_off)
    turn(sale_id, "on")
    return sale_id


@pytest.fixture
def apple(product_id: int) -> int:
    """A product that costs 10.00, reduced or not."""
    run_sql("UPDATE catalog_price SET regular_amount = 10 WHERE product_id = %s", product_id)
    return product_id


def test_two_overlapping_sales_that_end_at_once_leave_no_discount(apple: int, stage: Stage, stops: None) -> None:
    for order in interleavings({"first": 4, "second": 4}, most=6):
        first, second = on(apple, "20"), on(apple, "30")

        stage.play({"first": partial(end_sale, sale_id=first), "second": partial(end_sale, sale_id=second)}, order)

        assert (paid(apple), decider(apple)) == ("10.00", None), order


def test_nor_do_they_when_somebody_at_psql_ends_them(apple: int, stage: Stage) -> None:
    """No lock for all sales, and no order but the database's own."""

    def end(sale_id: int) -> None:
        with transaction.atomic():
            point("begun")
            turn(sale_id, "ended")
            point("ended")

    for order in interleavings({"first": 2, "second": 2}, most=8):
        first, second = on(apple, "20"), on(apple, "30")

        stage.play({"first": partial(end, first), "second": partial(end, second)}, order)

        assert (paid(apple), decider(apple)) == ("10.00", None), order


def test_the_control_that_computes_before_it_locks_leaves_a_discount_for_ever(
    apple: int, stage: Stage, computed_by_nobody: None
) -> None:
    def end(sale_id: int) -> None:
        point("at the beginning")
        with transaction.atomic():
            FlashSale.objects.filter(pk=sale_id).update(state="ended", ended_at=Now())
            ((amount,),) = run_sql(_OTHERS_OFFER, apple)
            point("computed")
            Price.objects.filter(pk=apple).update(flash_amount=amount)
            point("written")

    left = set()
    for order in interleavings({"first": 3, "second": 3}, most=20):
        first, second = (make_sale([apple], percent_off=off) for off in ("20", "30"))
        FlashSale.objects.filter(pk__in=(first, second)).update(state="on", started_at=Now())
        Price.objects.filter(pk=apple).update(flash_amount=Decimal(7))

        stage.play({"first": partial(end, first), "second": partial(end, second)}, order)

        left.add(paid(apple))
    assert left >= {"10.00", "8.00"}


def test_the_control_that_puts_the_price_of_before_back_does_so_even_without_a_race(
    apple: int, computed_by_nobody: None
) -> None:
    before: dict[str, Decimal] = {}
    for name, amount in (("first", 8), ("second", 7)):
        before[name] = Price.objects.get(pk=apple).amount
        Price.objects.filter(pk=apple).update(amount=amount)

    for name in ("first", "second"):
        Price.objects.filter(pk=apple).update(amount=before[name])

    assert paid(apple) == "8.00"


def test_a_start_an_end_and_a_new_regular_price_at_once_end_in_what_all_three_make(
    apple: int, stage: Stage, stops: None
) -> None:
    for order in interleavings({"starter": 4, "ender": 4, "writer": 3}, most=6):
        operations.change_price(product_id=apple, amount=Decimal(10), regular_amount=Decimal(10))
        starts, ends = make_sale([apple], percent_off="20"), on(apple, "50")
        price = partial(operations.change_price, product_id=apple, amount=Decimal(20), regular_amount=Decimal(20))

        jobs = {"starter": partial(start_sale, sale_id=starts), "ender": partial(end_sale, sale_id=ends)}
        stage.play({**jobs, "writer": price}, order)

        assert (paid(apple), decider(apple)) == ("16.00", starts), order
        turn(starts, "ended")
