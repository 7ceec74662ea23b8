"""The database's own rules of flash sales: whatever statement writes, the prices are right, and it is told."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from catalog.models import FlashSale, Price
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql
from tests.integration.flash_sales import decider, make_sale, paid, turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jam() -> int:
    """A product that costs 10.00."""
    return make_product(make_category(), "JAM-1", amount="10.00").pk


def test_a_sale_that_is_turned_on_by_hand_reduces_its_prices_and_no_others(jam: int) -> None:
    other = make_product(make_category("teas"), "TEA-1", amount="10.00").pk
    sale_id = make_sale([jam], percent_off="12.50")

    turn(sale_id, "on")

    assert (paid(jam), decider(jam)) == ("8.75", sale_id)
    assert (paid(other), decider(other)) == ("10.00", None)


def test_a_sale_that_is_turned_off_leaves_nothing_behind(jam: int) -> None:
    sale_id = make_sale([jam])
    turn(sale_id, "on")

    turn(sale_id, "ended")

    price = Price.objects.get(pk=jam)
    assert (price.current_amount, price.flash_amount, price.flash_ends_at) == (Decimal("10.00"), None, None)


@pytest.mark.parametrize(
    ("regular", "percent", "reduced"), [("0.99", "50", "0.50"), ("3.33", "33.33", "2.22"), ("0.01", "99", "0.00")]
)
def test_a_percentage_is_rounded_half_up_to_cents(regular: str, percent: str, reduced: str) -> None:
    product_id = make_product(make_category(), "JAM-1", amount=regular).pk

    turn(make_sale([product_id], percent_off=percent), "on")

    assert paid(product_id) == reduced


def test_of_several_sales_the_lowest_price_wins_and_of_equal_ones_the_older_sale(jam: int) -> None:
    first, lowest, last = (make_sale([jam], percent_off=off) for off in ("20", "30", "30"))
    for sale_id in (last, lowest, first):
        turn(sale_id, "on")
    assert (paid(jam), decider(jam)) == ("7.00", lowest)

    turn(lowest, "ended")
    assert (paid(jam), decider(jam)) == ("7.00", last)

    turn(last, "ended")
    assert (paid(jam), decider(jam)) == ("8.00", first)


def test_a_sale_decides_only_where_it_is_below_what_the_shop_asks_anyway(jam: int) -> None:
    run_sql("UPDATE catalog_price SET amount = 6 WHERE product_id = %s", jam)
    sale_id = make_sale([jam], percent_off="20")
    turn(sale_id, "on")
    assert (paid(jam), decider(jam)) == ("6.00", None)

    run_sql("UPDATE catalog_price SET amount = 9 WHERE product_id = %s", jam)
    assert (paid(jam), decider(jam)) == ("8.00", sale_id)

    run_sql("UPDATE catalog_price SET regular_amount = 20 WHERE product_id = %s", jam)
    assert (paid(jam), decider(jam)) == ("9.00", None)


def test_nobody_writes_the_price_of_a_flash_sale_by_hand(jam: int) -> None:
    run_sql("UPDATE catalog_price SET flash_amount = 1, flash_sale_id = 7 WHERE product_id = %s", jam)
    assert (paid(jam), decider(jam)) == ("10.00", None)


def test_a_product_that_gets_its_price_while_the_sale_is_on_gets_the_sales(jam: int) -> None:
    sale_id = make_sale([jam])
    turn(sale_id, "on")
    run_sql("DELETE FROM catalog_price WHERE product_id = %s", jam)

    run_sql("INSERT INTO catalog_price (product_id, regular_amount, amount, version) VALUES (%s, 5, 5, 0)", jam)

    assert (paid(jam), decider(jam)) == ("4.00", sale_id)


def test_what_is_put_into_a_sale_that_is_on_is_reduced_and_what_is_taken_out_is_not(jam: int) -> None:
    tea = make_product(make_category("teas"), "TEA-1", amount="10.00").pk
    sale_id = make_sale([jam])
    turn(sale_id, "on")

    run_sql("INSERT INTO catalog_flashsaleitem (sale_id, product_id) VALUES (%s, %s)", sale_id, tea)
    assert paid(tea) == "8.00"
    run_sql("UPDATE catalog_flashsaleitem SET amount = 3 WHERE product_id = %s", tea)
    assert paid(tea) == "3.00"
    run_sql("DELETE FROM catalog_flashsaleitem WHERE product_id = %s", jam)
    assert (paid(jam), decider(jam)) == ("10.00", None)
    run_sql("UPDATE catalog_flashsaleitem SET product_id = %s", jam)
    assert (paid(jam), paid(tea)) == ("3.00", "10.00")


@pytest.mark.parametrize("statement", ["DELETE FROM catalog_flashsale", "TRUNCATE catalog_flashsale CASCADE"])
def test_a_sale_that_is_erased_while_it_is_on_takes_its_prices_along(jam: int, statement: str) -> None:
    turn(make_sale([jam]), "on")

    run_sql(statement)

    assert (paid(jam), decider(jam)) == ("10.00", None)


def test_the_terms_of_a_sale_that_is_on_can_be_changed_by_hand(jam: int) -> None:
    sale_id = make_sale([jam], percent_off="20")
    turn(sale_id, "on")

    run_sql("UPDATE catalog_flashsale SET percent_off = 50, ends_at = '2099-01-01Z' WHERE id = %s", sale_id)

    price = Price.objects.get(pk=jam)
    assert (price.current_amount, price.flash_ends_at) == (
        Decimal("5.00"),
        FlashSale.objects.get(pk=sale_id).ends_at,
    )


def test_a_start_and_an_end_are_stamped_and_told_once(jam: int) -> None:
    sale_id = make_sale([jam])

    with logged() as changes:
        turn(sale_id, "on")
        turn(sale_id, "on")
        turn(sale_id, "ended")

    sale = FlashSale.objects.get(pk=sale_id)
    assert sale.started_at is not None
    assert sale.ended_at is not None
    assert sale.started_at < sale.ended_at
    told = [(row.operation, row.ids) for row in changes.rows if row.entity == "flash_sale"]
    assert told == [
        ("started", [sale_id]),
        ("changed", [sale_id]),
        ("changed", [sale_id]),
        ("ended", [sale_id]),
        ("changed", [sale_id]),
    ]
    started = next(row for row in changes.rows if row.operation == "started")
    assert started.versions < [sale.version]


def test_an_event_stands_in_the_transaction_of_the_prices_that_it_is_about(jam: int) -> None:
    sale_id = make_sale([jam])

    with logged() as changes:
        turn(sale_id, "on")

    assert {row.entity for row in changes.rows} == {"flash_sale", "price"}
    assert len({row.transaction for row in changes.rows}) == 1
    assert changes.of("price") == {jam: Price.objects.get(pk=jam).version}


def test_a_sale_that_never_was_on_is_told_of_by_no_event(jam: int) -> None:
    sale_id = make_sale([jam])

    with logged() as changes:
        turn(sale_id, "cancelled")

    assert [row.operation for row in changes.rows] == ["changed"]


@pytest.mark.parametrize(
    "assignments",
    [
        "percent_off = 0.99",
        "percent_off = 99.01",
        "percent_off = NULL",
        "name = ''",
        "state = 'paused'",
        "starts_at = '2030-01-02Z', ends_at = '2030-01-02Z'",
    ],
)
def test_the_database_refuses_nonsense(jam: int, assignments: str) -> None:
    sale_id = make_sale([jam])

    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql(f"UPDATE catalog_flashsale SET {assignments} WHERE id = %s", sale_id)  # noqa: S608  the test's own


def test_without_a_percentage_each_item_needs_an_amount(jam: int) -> None:
    sale_id = make_sale([jam], percent_off=None, amounts=["2.00"])
    tea = make_product(make_category("teas"), "TEA-1").pk

    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql("INSERT INTO catalog_flashsaleitem (sale_id, product_id) VALUES (%s, %s)", sale_id, tea)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql("UPDATE catalog_flashsaleitem SET amount = NULL")


def test_a_product_that_goes_leaves_its_sales(jam: int) -> None:
    sale_id = make_sale([jam])
    turn(sale_id, "on")

    run_sql("DELETE FROM catalog_product WHERE id = %s", jam)

    assert not FlashSale.objects.get(pk=sale_id).items.exists()
