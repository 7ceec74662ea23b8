"""Checkouts, to be looked at: those whose payment is in doubt first. What is in doubt the sweeper settles by itself."""

from typing import Final
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display

from cart.admin.read_only_inline import ReadOnlyInline
from cart.admin.shown import address_lines, amount, card, customer, total, why
from cart.models import Checkout, Payment
from shop.events.admin_bases import ReadOnlyAdmin

COLOURS: Final = {
    "in doubt": "danger",
    "paying": "warning",
    "refunding": "warning",
    "completed": "success",
    "declined": "info",
    "abandoned": "info",
    "refunded": "info",
}
NEWEST_FIRST: Final = ("-created_at", "-id")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fk_name = "checkout"
    fields = ("status", amount, card, why, "reference", "asked_at", "settled_at", "refunded_at")
    readonly_fields = fields
    ordering = ("asked_at",)


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    list_display = ("id", "state_now", why, "name", total, "created_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("id",)
    search_help_text = "The whole id of a checkout, which is its order's."
    fields = (
        "state_now", why, "order", customer, "email", "name", address_lines, "bought", total, card, "attempt",
        "payment_key", "reservation_id", "cart_id", "created_at", "paying_since", "changed_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (PaymentInline,)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Each order has its index; among those of one state none is more in doubt than another."""
        return NEWEST_FIRST if "state__exact" in request.GET else ("is_settled", *NEWEST_FIRST)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Checkout], search_term: str
    ) -> tuple[QuerySet[Checkout], bool]:
        """By the key; a search of names would read every checkout."""
        term = search_term.strip()
        try:
            return (queryset.filter(pk=UUID(term)) if term else queryset), False
        except ValueError:
            return queryset.none(), False

    @display(description="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_now(self, checkout: Checkout) -> str:
        return "in doubt" if checkout.in_doubt else str(checkout.state)

    @admin.display(description="order", empty_value="none")
    def order(self, checkout: Checkout) -> SafeString | None:
        if checkout.state != Checkout.State.COMPLETED:
            return None
        address = reverse("admin:cart_order_change", args=[checkout.pk])
        return format_html('<a class="larder-link" href="{}">{}</a>', address, checkout.pk)

    @admin.display(description="goods")
    def bought(self, checkout: Checkout) -> SafeString:
        lines = [(line["quantity"], line["name"], line["unit_price"]) for line in checkout.lines]
        return format_html_join(mark_safe("<br>"), "{} of {} at {}", lines)
