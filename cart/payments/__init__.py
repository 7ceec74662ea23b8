"""How the shop is paid: the contract of a payment provider, a mock that keeps books, and a fake in memory."""

from cart.payments.provider import Card, Charge, ChargeStatus, PaymentInDoubtError, PaymentProvider
from cart.payments.till import TILL

__all__ = ["TILL", "Card", "Charge", "ChargeStatus", "PaymentInDoubtError", "PaymentProvider"]
