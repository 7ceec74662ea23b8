"""The bank's books in a table: what a mock provider has charged outlives every process of the shop.

Invariants: each method is one statement, committed at once, as a bank's books are; and none may be called inside a
transaction of the shop. That is how "no row lock is held while paying" is enforced, and not only hoped for: a rollback
of ours can't undo what a bank has done, and nobody queues behind a bank.
"""

from decimal import Decimal
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection

from cart.payments.provider import Charge, ChargeStatus, PaymentInDoubtError

_COLUMNS: Final = "key, status, amount, currency, reference, reason"
_OPEN: Final = """
    INSERT INTO cart_mockcharge (key, status, amount, currency, reference, reason, card_last4, created_at, changed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp(), clock_timestamp()) ON CONFLICT (key) DO NOTHING
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM cart_mockcharge WHERE key = %s"  # noqa: S608  a constant
_REFUND: Final = """
    UPDATE cart_mockcharge SET status = 'refunded', changed_at = clock_timestamp()
    WHERE key = %s AND status = 'charged'
"""
_BALANCE: Final = "SELECT coalesce(sum(amount), 0.00) FROM cart_mockcharge WHERE status = 'charged'"


class InTransactionError(RuntimeError):
    """Somebody pays inside a transaction, with whatever it has locked."""


class BankBooks:
    def open(self, charge: Charge, *, last4: str) -> Charge:
        _run(
            _OPEN,
            charge.key,
            charge.status.value,
            charge.amount,
            charge.currency,
            charge.reference,
            charge.reason,
            last4,
        )
        standing = self.find(key=charge.key)
        assert standing is not None, "nobody deletes from a bank's books"  # noqa: S101
        return standing

    def find(self, *, key: str) -> Charge | None:
        rows = _run(_FIND, key)
        return _charge(rows[0]) if rows else None

    def refund(self, *, key: str) -> Charge | None:
        _run(_REFUND, key)
        return self.find(key=key)

    def balance(self) -> Decimal:
        return Decimal(_run(_BALANCE)[0][0])


def _charge(row: tuple[Any, ...]) -> Charge:
    key, status, amount, currency, reference, reason = row
    return Charge(
        key=key, status=ChargeStatus(status), amount=amount, currency=currency, reference=reference, reason=reason
    )


def _run(statement: str, *parameters: str | Decimal) -> list[tuple[Any, ...]]:
    if connection.in_atomic_block:
        raise InTransactionError("The bank is asked inside a transaction: row locks would be held while paying.")
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
    except (DatabaseError, InterfaceError) as error:
        raise PaymentInDoubtError("the provider can't be reached") from error
