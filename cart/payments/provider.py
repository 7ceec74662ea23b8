"""What the shop asks of a payment provider.

Invariants, which tests/contracts/test_payment_provider.py checks for each provider:
1. One key, one charge: whoever asks twice with a key gets the first answer, and pays once.
2. A key that was cancelled before it was charged is never charged: a charge that arrives later is refused.
3. A refund happens once, however often it is asked for.
4. PaymentInDoubtError means just that: the charge may have been made. `find` and `cancel` say what became of it.
5. No question takes longer than TIME_LIMIT_S: whoever asks the bank has a deadline, and what comes of it too late, an
   error of whatever kind or nothing at all, is a PaymentInDoubtError.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

# What the shop waits for an answer before it calls a payment "in doubt". How long others wait for a request that
# pays follows from it: WAITS_FOR_S in cart/checkout/waiting.py, and LEFT_ALONE in cart/checkout/leavings.py.
TIME_LIMIT_S: Final = 3.0


class ChargeStatus(StrEnum):
    CHARGED = "charged"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card on its way to the provider. The number is not shown where the object is; it is stored nowhere."""

    number: str = field(repr=False)

    @property
    def last4(self) -> str:
        return self.number[-4:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What became of one key. `reason` says why it was declined: card_declined, expired_card, insufficient_funds."""

    key: str
    status: ChargeStatus
    amount: Decimal
    currency: str
    reference: str
    reason: str = ""


class PaymentInDoubtError(Exception):
    """The provider did not answer within its time, or the connection was lost: nobody knows whether it charged."""


class PaymentProvider(Protocol):
    """Each method answers within the time limit, or raises PaymentInDoubtError."""

    def charge(self, *, key: str, amount: Decimal, currency: str, card: Card) -> Charge:
        """Take the money once; CHARGED, DECLINED, or CANCELLED if the key was cancelled before."""
        ...

    def find(self, *, key: str) -> Charge | None:
        """What became of a key; None if the provider has never heard of it."""
        ...

    def cancel(self, *, key: str) -> Charge:
        """See to it that a key which was not charged never will be; answers what stands, CHARGED if it is too late."""
        ...

    def refund(self, *, key: str) -> Charge:
        """Give the money of a charged key back. Raises LookupError where there is none."""
        ...
