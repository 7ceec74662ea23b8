"""The bank's books in a table: what a mock provider has charged outlives every process of the shop.

Invariants: each method is one statement, committed at once, as a bank's books are; it has TIME_LIMIT_S, whatever the
shop's own statements have; and none may be called inside a transaction of the shop. That is how "no row lock is held
while paying" is enforced, and not only hoped for: a rollback of ours can't undo what a bank has done, and nobody queues
behind a bank. Proved by tests/contracts/test_payment_provider.py.
"""

from decimal import Decimal
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection, transaction

from cart.payments.provider import TIME_LIMIT_S, Charge, ChargeStatus, PaymentInDoubtError
from shop.caching.clock import SystemClock

_CLOCK: Final = SystemClock()
_COLUMNS: Final = "key, status, amount, currency, reference, reason"
# The update of nothing is what answers with the entry that stands, whoever made it.
_OPEN: Final = f"""
    INSERT INTO cart_mockcharge (key, status, amount, currency, reference, reason, card_last4, created_at, changed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp(), clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING {_COLUMNS}
"""  # noqa: S608  a constant
_FIND: Final = f"SELECT {_COLUMNS} FROM cart_mockcharge WHERE key = %s"  # noqa: S608  a constant
_REFUND: Final = f"""
    UPDATE cart_mockcharge
    SET status = CASE status WHEN 'charged' THEN 'refunded' ELSE status END,
        changed_at = CASE status WHEN 'charged' THEN clock_timestamp() ELSE changed_at END
    WHERE key = %s RETURNING {_COLUMNS}
"""  # noqa: S608  a constant
_BALANCE: Final = "SELECT coalesce(sum(amount), 0.00) FROM cart_mockcharge WHERE status = 'charged'"


class InTransactionError(RuntimeError):
    """Somebody pays inside a transaction, with whatever it has locked."""


class BankBooks:
    def open(self, charge: Charge, *, last4: str) -> Charge:
        (row,) = _run(
            _OPEN,
            charge.key,
            charge.status.value,
            charge.amount,
            charge.currency,
            charge.reference,
            charge.reason,
            last4,
        )
        return _charge(row)

    def find(self, *, key: str) -> Charge | None:
        rows = _run(_FIND, key)
        return _charge(rows[0]) if rows else None

    def refund(self, *, key: str) -> Charge | None:
        rows = _run(_REFUND, key)
        return _charge(rows[0]) if rows else None

    def balance(self) -> Decimal:
        return Decimal(_run(_BALANCE)[0][0])


def _charge(row: tuple[Any, ...]) -> Charge:
    key, status, amount, currency, reference, reason = row
    return Charge(
        key=key, status=ChargeStatus(status), amount=amount, currency=currency, reference=reference, reason=reason
    )


def _run(statement: str, *parameters: str | Decimal) -> list[tuple[Any, ...]]:
    """Connecting takes of the time too. Whatever the driver raises, nobody knows what the bank has written."""
    if connection.in_atomic_block:
        raise InTransactionError("The bank is asked inside a transaction: row locks would be held while paying.")
    deadline = _CLOCK.monotonic() + TIME_LIMIT_S
    try:
        connection.ensure_connection()
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            left_ms = max(1, round((deadline - _CLOCK.monotonic()) * 1000))
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(left_ms)])
            cursor.execute(statement, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    except (DatabaseError, InterfaceError) as error:
        raise PaymentInDoubtError("the provider can't be reached, or did not answer in time") from error
