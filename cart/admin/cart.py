"""Carts, to be looked at: they are their shoppers'."""

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
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
        """Lines are counted for the carts of one page, by their index."""
        lines = CartLine.objects.filter(cart_id=OuterRef("pk")).order_by().values("cart_id")
        counted = lines.annotate(number=Count("pk")).values("number")
        carts: QuerySet[Cart] = super().get_queryset(request)
        return carts.annotate(products=Coalesce(Subquery(counted), 0))

    @admin.display(description="customer", empty_value="a guest")
    def whose(self, cart: Cart) -> str | None:
        return None if cart.user is None else str(cart.user)

    @admin.display(description="products")
    def products(self, cart: Cart) -> int:
        return int(getattr(cart, "products", 0))
