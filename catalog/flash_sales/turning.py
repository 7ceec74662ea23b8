"""Start and end a sale: one transaction that changes its state, and with it every price.

Nobody here computes a price, and nothing is ever put back. Two sales with the same product end at the same moment:
    1. each locks its products in the order of their ids, then sets its state
    2. the database's triggers write every price of the sale as it is, which takes the row's lock
    3. the price's own trigger runs under that lock, and reads which sales are on: its own change, and whatever was
       committed before (READ COMMITTED: each statement in a trigger has a new snapshot)
    4. so the second, who waited at a price for the first, computes from both ends; so does a writer of the regular
       price, whenever it comes
Whoever computes first and locks then, or puts the price of before back, leaves the other sale's discount for ever.
One lock for all sales lets them go one after the other, so that two large ones don't stop each other halfway.

Invariants: `state` leaves `scheduled` and `on` by a conditional UPDATE, so of two who start a sale one wins and the
other is told; times are those of the database's clock; products are locked before the sale and before prices; the fast
path is not asked, since the news of a large sale travel by Kafka alone.
Proved by tests/races/test_sales.py with the control, and tests/integration/test_flash_sale_turning.py.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.bulk.selection import allow_time
from catalog.flash_sales.history import record_turn
from catalog.models import FlashSale
from shop.events.busy import RowsBusyError, or_busy
from shop.events.retry import retried

logger = logging.getLogger(__name__)
State = FlashSale.State

IS_OVER: Final = Q(ends_at__lte=Now())
HAS_BEGUN: Final = Q(starts_at__lte=Now())

_IN_TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('catalog_flash_sales'))"
_IN_TURN_AT_ONCE: Final = "SELECT pg_try_advisory_xact_lock(hashtext('catalog_flash_sales'))"
_LOCK_PRODUCTS: Final = """
    SELECT count(*) FROM (
        SELECT FROM catalog_product
        WHERE id IN (SELECT product_id FROM catalog_flashsaleitem WHERE sale_id = %s)
        ORDER BY id FOR NO KEY UPDATE
    ) AS locked
"""
# What is due, the earliest first; the index of open sales has them, however many are over.
_DUE: Final = """
    SELECT id FROM catalog_flashsale
    WHERE state IN ('scheduled', 'on')
    AND (ends_at <= clock_timestamp() OR (state = 'scheduled' AND starts_at <= clock_timestamp()))
    ORDER BY least(starts_at, ends_at), id
"""


class FlashSaleNotFoundError(LookupError):
    """There is no such sale."""


class FlashSaleStateError(Exception):
    """The sale is not in the state that this needs; nothing was changed."""


def start_sale(*, sale_id: int, user_id: int | None = None) -> int:
    """Reduce the prices now, whatever time was planned; returns of how many products.

    Raises FlashSaleNotFoundError, FlashSaleStateError for one that was started, ended or cancelled already or whose end
    has passed, and RowsBusyError.
    """
    with or_busy():
        return _started(sale_id, user_id)


def end_sale(*, sale_id: int, user_id: int | None = None) -> int:
    """Take the reduction away; returns of how many products. Raises as `start_sale`."""
    with or_busy():
        return _ended(sale_id, user_id)


def run_due_sales() -> int:
    """Start and end what is due by the database's clock; returns how many that were.

    Each is a transaction of its own. One whose end has passed never starts: it is ended. What somebody else's lock
    keeps from it now is done by the next call.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        due = [sale_id for (sale_id,) in cursor.fetchall()]
    done = 0
    for sale_id in due:
        try:
            with or_busy():
                done += _run_due(sale_id)
        except RowsBusyError:
            logger.warning("the flash sale %s is due, and waits for somebody else's lock", sale_id)
    return done


@contextmanager
def sales_in_turn(*, wait: bool = True) -> Iterator[None]:
    """A transaction during which nobody else starts, ends, edits or cancels a sale.

    Raises RowsBusyError where somebody does and it should not `wait`, so that no worker stands idle.
    """
    with transaction.atomic():
        allow_time()
        with connection.cursor() as cursor:
            cursor.execute(_IN_TURN if wait else _IN_TURN_AT_ONCE)
            if not wait and not cursor.fetchone()[0]:
                raise RowsBusyError
        yield


def refusal(sale_id: int, *, wanted: str) -> Exception:
    """Why the sale could not be `wanted`, such as "started"."""
    sale = FlashSale.objects.filter(pk=sale_id).first()
    if sale is None:
        return FlashSaleNotFoundError(sale_id)
    match sale.state:
        case State.SCHEDULED if wanted == "ended":
            why = "it has not started, and can be cancelled instead"
        case State.SCHEDULED:
            why = "its end has passed already"
        case State.ON if wanted == "started":
            why = "it is on already"
        case State.ON:
            why = "it is on"
        case _:
            why = f"it was {sale.state} already"
    return FlashSaleStateError(f"This sale can't be {wanted}: {why}.")


@retried
def _started(sale_id: int, user_id: int | None) -> int:
    with sales_in_turn():
        products = _lock_products(sale_id)
        if not _turn(sale_id, State.SCHEDULED, State.ON, Q(ends_at=None) | ~IS_OVER, user_id):
            raise refusal(sale_id, wanted="started")
        return products


@retried
def _ended(sale_id: int, user_id: int | None) -> int:
    with sales_in_turn():
        products = _lock_products(sale_id)
        if not _turn(sale_id, State.ON, State.ENDED, Q(), user_id):
            raise refusal(sale_id, wanted="ended")
        return products


@retried
def _run_due(sale_id: int) -> bool:
    """Whether there still was something to do."""
    with sales_in_turn(wait=False):
        _lock_products(sale_id)
        return (
            _turn(sale_id, State.ON, State.ENDED, IS_OVER)
            or _turn(sale_id, State.SCHEDULED, State.ENDED, IS_OVER)
            or _turn(sale_id, State.SCHEDULED, State.ON, HAS_BEGUN)
        )


def _lock_products(sale_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PRODUCTS, [sale_id])
        return int(cursor.fetchone()[0])


def _turn(sale_id: int, was: str, to: str, condition: Q, user_id: int | None = None) -> bool:
    """Whether the sale was in that state, and is in the other one now."""
    if not FlashSale.objects.filter(condition, pk=sale_id, state=was).update(state=to):
        return False
    record_turn(sale_id=sale_id, user_id=user_id, was=was, now=to)
    return True
