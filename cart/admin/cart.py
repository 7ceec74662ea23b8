"""Carts, to be looked at: they are their shoppers'."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cart.admin.read_only_inline import ReadOnlyInline
from cart.models import Cart, CartLine
from shop.events.admin_bases import ReadOnlyAdmin


class LineInline(ReadOnlyInline):
    model = CartLine
    fields = ("product", "quantity", "price_when_added", "currency", "added_at")
    readonly_fields = fields
    ordering = ("added_at", "id")

    @admin.display(description="product")
    def product(self, line: CartLine) -> SafeString:
        address = reverse("admin:catalog_product_change", args=[line.product_id])
        return format_html('<a class="larder-link" href="{}">{}</a>', address, line.name_when_added)


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    list_display = ("id", "whose", "products", "touched_at", "created_at", "version")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("whose", "merged_into", "touched_at", "created_at", "version")
    readonly_fields = fields
    inlines = (LineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        """The lines of one page's carts come by one statement; counted by the list's own, those of all pages before it
        would be counted too."""
        carts: QuerySet[Cart] = super().get_queryset(request)
        return carts.prefetch_related("lines")

    @admin.display(description="customer")
    def whose(self, cart: Cart) -> str:
        return "a guest" if cart.user is None else str(cart.user)

    @admin.display(description="products")
    def products(self, cart: Cart) -> int:
        return len(cart.lines.all())
