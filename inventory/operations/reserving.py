"""A sale: goods are reserved before anybody pays, and then either sold or given back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection

from inventory.models import Movement, Reservation, Stock
from inventory.models.reservation import LONGEST_REFERENCE
from inventory.operations.closing import close, give_back, lines_of
from inventory.operations.ledger import Change, StockDamagedError, move
from inventory.operations.quantities import check_quantities
from inventory.stock_cache import STOCK_CACHE
from shop.events.retry import retried

LONGEST_HOLD: Final = timedelta(days=1)

_OPEN = """
    WITH opened AS (
        INSERT INTO inventory_reservation (status, reference, created_at, expires_at)
        VALUES ('open', %s, clock_timestamp(), clock_timestamp() + make_interval(secs => %s)) RETURNING id
    ),
    lines AS (
        INSERT INTO inventory_reservationline (reservation_id, product_id, quantity)
        SELECT opened.id, line.product_id, line.quantity
        FROM opened, unnest(%s::bigint[], %s::bigint[]) AS line (product_id, quantity)
    )
    SELECT id FROM opened
"""


class Shortage(NamedTuple):
    """Of this product there is less than was wanted."""

    product_id: int
    wanted: int
    available: int


class OutOfStockError(Exception):
    """Nothing was reserved: `short` says of which products there is too little, in product order."""

    def __init__(self, short: tuple[Shortage, ...]) -> None:
        self.short = short
        super().__init__(
            "; ".join(f"product {one.product_id}: {one.wanted} wanted, {one.available} available" for one in short)
        )


class ReservationNotOpenError(Exception):
    """The goods are not held any more. `status` is what became of the reservation, "" where there was none.

    It is "expired" as soon as the time is up, whether or not the goods were given back by then.
    """

    def __init__(self, *, reservation_id: int, status: str) -> None:
        self.status = status
        super().__init__(f"Reservation {reservation_id} is {status or 'not there'}.")


@retried
def reserve(*, quantities: Mapping[int, int], lasts: timedelta, reference: str = "") -> int:
    """Keep that many of each product for `lasts`, all or nothing; returns the reservation's id.

    Raises OutOfStockError with every product that falls short, and ValidationError for quantities outside 1 to
    1,000,000, more than 500 products, a hold of nothing or of more than a day, or a reference of over 100 characters.
    """
    check_quantities(quantities)
    _check(lasts, reference)
    products = sorted(quantities)
    with STOCK_CACHE.writing(*products):
        with connection.cursor() as cursor:
            wanted = [quantities[product_id] for product_id in products]
            cursor.execute(_OPEN, [reference, lasts.total_seconds(), products, wanted])
            reservation_id = int(cursor.fetchone()[0])
        changes = [Change(product_id, 0, quantities[product_id], reservation_id) for product_id in products]
        reserved = move(changes, kind=Movement.Kind.HELD)
        if len(reserved) < len(products):
            raise OutOfStockError(_shortages({one: quantities[one] for one in products if one not in reserved}))
    return reservation_id


@retried
def commit(*, reservation_id: int, reference: str = "") -> None:
    """The goods are sold: they leave the shelf. A `reference` replaces the one that the reservation has.

    Raises ReservationNotOpenError unless the reservation is open and its time is not up, by the database's clock.
    """
    _check(LONGEST_HOLD, reference)
    with STOCK_CACHE.writing() as write:
        if not close([reservation_id], Reservation.Status.COMMITTED, reference=reference):
            raise ReservationNotOpenError(reservation_id=reservation_id, status=_status_of(reservation_id))
        lines = lines_of([reservation_id])
        sold = move([line.change(sold=True) for line in lines], kind=Movement.Kind.SOLD)
        if len(sold) < len(lines):
            raise StockDamagedError(f"Reservation {reservation_id} holds more than its stock says is held.")
        for product_id in sold:
            write.wrote(product_id)


@retried
def release(*, reservation_id: int) -> bool:
    """Give the goods back; False where the reservation was closed before, and nothing is left to do."""
    with STOCK_CACHE.writing() as write:
        closed = close([reservation_id], Reservation.Status.RELEASED)
        for product_id in give_back(closed):
            write.wrote(product_id)
    return bool(closed)


def _check(lasts: timedelta, reference: str) -> None:
    if not timedelta(0) < lasts <= LONGEST_HOLD:
        raise ValidationError({"lasts": "Goods are held for more than no time and at most a day."})
    if len(reference) > LONGEST_REFERENCE or "\x00" in reference:
        raise ValidationError({"reference": f"At most {LONGEST_REFERENCE} characters, and no null characters."})


def _shortages(wanted: Mapping[int, int]) -> tuple[Shortage, ...]:
    """By rows that this transaction has locked: what it says was so when it was refused."""
    stocks = Stock.objects.in_bulk(list(wanted))
    return tuple(
        Shortage(product_id, quantity, stocks[product_id].available if product_id in stocks else 0)
        for product_id, quantity in wanted.items()
    )


def _status_of(reservation_id: int) -> str:
    """One that is still open and could not be committed is past its time."""
    status = Reservation.objects.filter(pk=reservation_id).values_list("status", flat=True).first() or ""
    return Reservation.Status.EXPIRED.value if status == Reservation.Status.OPEN else status
