"""A payment provider that charges nobody: what happens is decided by the number of the card (mock_cards.py).

It keeps its books in `books`: in a table of its own for the demo (bank_books.py), in memory as a fake for tests
(memory_books.py). Proved by tests/contracts/test_payment_provider.py on both.
"""

import secrets
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from cart.payments.books import Books
from cart.payments.mock_cards import CardBehaviour, behaviour_of
from cart.payments.provider import Card, Charge, ChargeStatus, PaymentInDoubtError

NOTHING: Final = Decimal("0.00")


class MockProvider:
    """`notify` is called with the key of a payment that the provider answers a second time, from another thread."""

    def __init__(self, books: Books, *, notify: Callable[[str], None]) -> None:
        self._books = books
        self._notify = notify

    def charge(self, *, key: str, amount: Decimal, currency: str, card: Card) -> Charge:
        behaviour = behaviour_of(card.number)
        if behaviour is CardBehaviour.NEVER_ARRIVES:
            raise PaymentInDoubtError("the provider did not answer in time")
        status = ChargeStatus.DECLINED if behaviour.is_refusal else ChargeStatus.CHARGED
        reason = str(behaviour.value) if behaviour.is_refusal else ""
        wanted = Charge(key=key, status=status, amount=amount, currency=currency, reference=_reference(), reason=reason)
        standing = self._books.open(wanted, last4=card.last4)
        if behaviour is CardBehaviour.CHARGED_IN_SILENCE:
            raise PaymentInDoubtError("the provider did not answer in time")
        if behaviour is CardBehaviour.ANSWERS_TWICE:
            threading.Thread(target=self._notify, args=(key,), name=f"second answer to {key}").start()
        return standing

    def find(self, *, key: str) -> Charge | None:
        return self._books.find(key=key)

    def cancel(self, *, key: str) -> Charge:
        """An entry under the key is what refuses the charge that may still be on its way."""
        nothing = Charge(key=key, status=ChargeStatus.CANCELLED, amount=NOTHING, currency="", reference=_reference())
        return self._books.open(nothing, last4="")

    def refund(self, *, key: str) -> Charge:
        charge = self._books.refund(key=key)
        if charge is None or charge.status is not ChargeStatus.REFUNDED:
            raise LookupError(f"there is no charge {key!r} to refund")
        return charge


def _reference() -> str:
    return f"mock_{secrets.token_hex(8)}"
