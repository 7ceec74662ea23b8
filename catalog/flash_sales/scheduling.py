"""Make a sale, and change or cancel one that has not started. No price moves here, but for a sale that starts at once.

Invariants: sales are made, edited and cancelled in turn with those that start (turning.py), so nobody starts what
somebody is editing; a sale that has started keeps its terms for good.
Proved by tests/integration/test_flash_sale_scheduling.py.
"""

from decimal import Decimal
from typing import Final

from django.db import connection

from catalog.flash_sales.history import record_edit, record_made, record_turn
from catalog.flash_sales.terms import Terms
from catalog.flash_sales.turning import refusal, sales_in_turn, start_sale
from catalog.models import FlashSale, FlashSaleItem
from shop.events.busy import or_busy

State = FlashSale.State

_PUT_IN: Final = """
    INSERT INTO catalog_flashsaleitem (sale_id, product_id, amount)
    SELECT %s, product_id, amount FROM unnest(%s::bigint[], %s::numeric[]) AS item (product_id, amount)
    ORDER BY product_id
"""


def open_sale(terms: Terms, *, user_id: int | None) -> int:
    """A sale that starts at its time; without one, or where that has come, it is on when this returns.

    Raises ValidationError and RowsBusyError.
    """
    with or_busy(), sales_in_turn():
        now = terms.check_against_the_shop()
        sale_id = _make(terms, user_id)
        if terms.starts_at is None or terms.starts_at <= now:
            start_sale(sale_id=sale_id, user_id=user_id)
        return sale_id


def schedule_sale(terms: Terms, *, user_id: int | None) -> int:
    """A sale that starts at its time, or by hand. Raises ValidationError and RowsBusyError."""
    with or_busy(), sales_in_turn():
        terms.check_against_the_shop()
        return _make(terms, user_id)


def edit_sale(*, sale_id: int, terms: Terms, user_id: int | None) -> None:
    """Raises ValidationError, FlashSaleNotFoundError, FlashSaleStateError for one that has started, ended or was
    cancelled, and RowsBusyError."""
    with or_busy(), sales_in_turn():
        sale = FlashSale.objects.filter(pk=sale_id, state=State.SCHEDULED).first()
        if sale is None:
            raise refusal(sale_id, wanted="edited")
        terms.check_against_the_shop()
        had, columns = items_of(sale), _columns(terms)
        was: dict[str, object] = {name: getattr(sale, name) for name in columns}
        # Out first: the database refuses an item without an amount in a sale without a percentage.
        if had != terms.items:
            FlashSaleItem.objects.filter(sale=sale).delete()
        if was != columns:
            FlashSale.objects.filter(pk=sale_id).update(**columns)
        if had != terms.items:
            _put_in(sale_id, terms)
            was["products"], columns["products"] = f"{len(had):,}", f"{len(terms.items):,}, or other prices"
        record_edit(sale_id=sale_id, user_id=user_id, was=was, now=columns)


def cancel_sale(*, sale_id: int, user_id: int | None) -> None:
    """Raises FlashSaleNotFoundError, FlashSaleStateError for one that is not waiting for its start, RowsBusyError."""
    with or_busy(), sales_in_turn():
        if not FlashSale.objects.filter(pk=sale_id, state=State.SCHEDULED).update(state=State.CANCELLED):
            raise refusal(sale_id, wanted="cancelled")
        record_turn(sale_id=sale_id, user_id=user_id, was=State.SCHEDULED, now=State.CANCELLED)


def items_of(sale: FlashSale) -> dict[int, Decimal | None]:
    """Its product ids, each with its own price or None."""
    return dict(sale.items.order_by("product_id").values_list("product_id", "amount"))


def _make(terms: Terms, user_id: int | None) -> int:
    sale = FlashSale.objects.create(**_columns(terms), made_by_id=user_id)
    _put_in(sale.pk, terms)
    record_made(sale_id=sale.pk, user_id=user_id)
    return sale.pk


def _columns(terms: Terms) -> dict[str, object]:
    return {
        "name": terms.name,
        "percent_off": terms.percent_off,
        "starts_at": terms.starts_at,
        "ends_at": terms.ends_at,
    }


def _put_in(sale_id: int, terms: Terms) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PUT_IN, [sale_id, list(terms.items), list(terms.items.values())])
