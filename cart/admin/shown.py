"""Columns that checkouts, orders and payments have in common, as people read them."""

from django.contrib import admin
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from cart.models import Checkout, Order, Payment


@admin.display(description="customer")
def customer(row: Checkout | Order) -> str:
    return "a guest" if row.user is None else str(row.user)


@admin.display(description="address")
def address_lines(row: Checkout | Order) -> SafeString:
    return linebreaksbr(row.address)


@admin.display(description="total")
def total(row: Checkout | Order) -> str:
    return f"{row.total} {row.currency}"


@admin.display(description="amount")
def amount(payment: Payment) -> str:
    return f"{payment.amount} {payment.currency}"


@admin.display(description="card")
def card(row: Checkout | Payment) -> str:
    """All that the shop knows of it."""
    return f"ends in {row.card_last4}"


@admin.display(description="why", empty_value="")
def why(row: Checkout | Payment) -> str | None:
    """A code of the provider's or of ours, in words."""
    code = row.outcome if isinstance(row, Checkout) else row.reason
    return code.replace("_", " ") or None
