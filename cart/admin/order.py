"""Orders, and what staff do with them: pack, send, deliver, refund. All of it by operations, in their own order."""

from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from cart.admin.checkout import PaymentInline
from cart.admin.order_refund import OrderRefund
from cart.admin.read_only_inline import ReadOnlyInline
from cart.admin.shown import address_lines, customer, total
from cart.checkout.fulfilment import advance_orders
from cart.models import Order, OrderLine
from shop.events.busy import RowsBusyError

COLOURS: Final = {
    "placed": "warning",
    "packed": "info",
    "sent": "info",
    "delivered": "success",
    "being refunded": "danger",
    "refunded": "danger",
}
MOST_AT_ONCE: Final = 500
# Digits of a number that an order can have.
LONGEST_NUMBER: Final = 18


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ("product", "sku", "quantity", "unit_price", "total")
    readonly_fields = fields
    ordering = ("id",)

    @admin.display(description="product")
    def product(self, line: OrderLine) -> SafeString:
        address = reverse("admin:catalog_product_change", args=[line.product_id])
        return format_html('<a class="larder-link" href="{}">{}</a>', address, line.name)


class OrderPaymentInline(PaymentInline):
    fk_name = "order"


@admin.register(Order)
class OrderAdmin(OrderRefund):
    list_display = ("number", "status_now", "name", total, "placed_at", "changed_at")
    list_filter = ("status",)
    search_fields = ("number",)
    search_help_text = "The number of an order, or a whole email address, in capitals or not."
    ordering = ("-number",)
    sortable_by = ("number",)
    fields = (
        "number", "status_now", customer, "email", "name", address_lines, total, "placed_at", "changed_at", "id",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (OrderLineInline, OrderPaymentInline)
    actions = ("pack", "send", "deliver")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """By what an index finds."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isascii() and term.isdigit():
            is_possible = len(term) <= LONGEST_NUMBER
            return queryset.filter(number=int(term)) if is_possible else queryset.none(), False
        return queryset.alias(lower_email=Lower("email")).filter(lower_email=Lower(Value(term))), False

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A selection that is not made of ids is refused, not looked up."""
        if not all(_is_id(chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("a selection of orders is a list of their ids")
        response: HttpResponse = super().changelist_view(request, *args, **kwargs)
        return response

    @admin.action(description="Packed", permissions=["fulfil"])
    def pack(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._advance(request, queryset, Order.Status.PACKED)

    @admin.action(description="Sent", permissions=["fulfil"])
    def send(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._advance(request, queryset, Order.Status.SENT)

    @admin.action(description="Delivered", permissions=["fulfil"])
    def deliver(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._advance(request, queryset, Order.Status.DELIVERED)

    @display(description="status", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def status_now(self, order: Order) -> str:
        return order.get_status_display()

    def _advance(self, request: HttpRequest, queryset: QuerySet[Order], to: Order.Status) -> None:
        order_ids = list(queryset.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(order_ids) > MOST_AT_ONCE:
            text = f"More than {MOST_AT_ONCE:,} orders match. Nothing was done: narrow the list."
            self.message_user(request, text, messages.ERROR)
            return
        user_id: Any = request.user.pk
        try:
            moved = advance_orders(order_ids=order_ids, to=to, user_id=user_id)
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        others = len(order_ids) - moved
        text = f"{moved:,} {'order is' if moved == 1 else 'orders are'} {to.label} now."
        note = f" {others:,} were not due for that, and stay as they are." if others else ""
        self.message_user(request, text + note, messages.SUCCESS if moved else messages.WARNING)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
