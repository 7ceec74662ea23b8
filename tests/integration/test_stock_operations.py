"""What staff do to stock, and what the ledger says of it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from inventory.models import Movement, Stock
from inventory.operations import StockTooLowError, adjust, receive, reserve, take_back
from inventory.queries import get_stock
from inventory.snapshots import StockSnapshot
from tests.integration.stock_rows import MINUTES, ledger_of, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")


def test_the_first_goods_make_the_row_and_the_ledger_says_who_brought_them() -> None:
    receive(product_id=7, quantity=12, reason="delivery 4711", user_id=3)

    assert get_stock(product_id=7) == StockSnapshot(7, 12, 0)
    (entry,) = Movement.objects.all()
    assert (entry.kind, entry.on_hand_change, entry.held_change) == ("received", 12, 0)
    assert (entry.reason, entry.user_id, entry.reservation_id) == ("delivery 4711", 3, None)


def test_more_goods_are_added_to_what_is_there() -> None:
    receive(product_id=7, quantity=12, reason="delivery")
    receive(product_id=7, quantity=3, reason="delivery")

    assert get_stock(product_id=7).on_hand == 15
    assert ledger_of(7) == [("received", 12, 0), ("received", 3, 0)]


def test_what_comes_back_from_a_customer_is_on_hand_again_with_a_row_or_without() -> None:
    receive(product_id=8, quantity=12, reason="delivery")

    take_back(quantities={8: 1, 7: 2}, reason="order refunded")

    assert get_stock(product_id=7).available == 2
    assert get_stock(product_id=8).available == 13
    assert ledger_of(7) == [("returned", 2, 0)]
    assert ledger_of(8) == [("received", 12, 0), ("returned", 1, 0)]


def test_a_count_of_the_shelf_adds_and_takes_away() -> None:
    receive(product_id=7, quantity=12, reason="delivery")
    adjust(product_id=7, change=-5, reason="broken")
    adjust(product_id=7, change=1, reason="found behind the shelf")

    assert get_stock(product_id=7).on_hand == 8
    assert ledger_of(7) == [("received", 12, 0), ("adjusted", -5, 0), ("adjusted", 1, 0)]
    assert sums_agree()


def test_a_count_can_make_the_first_row() -> None:
    adjust(product_id=7, change=4, reason="found")

    assert get_stock(product_id=7).on_hand == 4


def test_held_goods_can_not_be_counted_away() -> None:
    receive(product_id=7, quantity=12, reason="delivery")
    reserve(quantities={7: 5}, lasts=MINUTES)

    with pytest.raises(StockTooLowError, match="at most 7 can be taken away") as refused:
        adjust(product_id=7, change=-8, reason="broken")

    assert (refused.value.on_hand, refused.value.held) == (12, 5)
    assert get_stock(product_id=7) == StockSnapshot(7, 12, 5)
    assert len(ledger_of(7)) == 2


def test_nothing_can_be_counted_away_where_nothing_is() -> None:
    with pytest.raises(StockTooLowError, match="at most 0"):
        adjust(product_id=7, change=-1, reason="broken")

    assert not Stock.objects.exists()
    assert not Movement.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 2**70, True, 1.5, "3"])
def test_impossible_quantities_are_refused(quantity: int) -> None:
    with pytest.raises(ValidationError, match="whole number from 1 to 1,000,000"):
        receive(product_id=7, quantity=quantity, reason="delivery")
    with pytest.raises(ValidationError, match="whole number from 1 to 1,000,000"):
        take_back(quantities={8: 1, 7: quantity}, reason="order refunded")

    assert not Stock.objects.exists()


@pytest.mark.parametrize("change", [0, 1_000_001, -1_000_001, True])
def test_impossible_changes_are_refused(change: int) -> None:
    with pytest.raises(ValidationError, match="whole number"):
        adjust(product_id=7, change=change, reason="count")


@pytest.mark.parametrize("product_id", [0, -1, 2**63])
def test_what_is_no_product_id_is_refused(product_id: int) -> None:
    with pytest.raises(ValidationError, match="id of a product"):
        receive(product_id=product_id, quantity=1, reason="delivery")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "null\x00character"])
def test_goods_do_not_move_without_a_reason_that_can_be_kept(reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        receive(product_id=7, quantity=1, reason=reason)

    assert list(refused.value.message_dict) == ["reason"]


@pytest.mark.parametrize(
    "statement", ["UPDATE inventory_movement SET reason = 'other'", "DELETE FROM inventory_movement"]
)
def test_the_ledger_refuses_changes_whoever_makes_them(statement: str) -> None:
    receive(product_id=7, quantity=12, reason="delivery")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert ledger_of(7) == [("received", 12, 0)]


def test_the_ledger_can_not_be_emptied_by_a_truncate() -> None:
    receive(product_id=7, quantity=12, reason="delivery")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL larder.ledger = ''")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE inventory_movement")

    assert ledger_of(7) == [("received", 12, 0)]


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", " \u2060\ufeff\u00a0\t"])
def test_a_reason_that_nobody_can_see_is_none(reason: str) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        receive(product_id=7, quantity=1, reason=reason)

    assert not Movement.objects.exists()
