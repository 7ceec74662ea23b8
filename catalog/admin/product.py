"""Products, each with its price on the same form."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline

from catalog.admin.product_search import found_products
from catalog.models import Price, Product
from shop.events.admin_bases import AnnouncingAdmin


class PriceInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    model = Price
    fields = (("regular_amount", "amount", "currency"), "sale_ends_at")


@admin.register(Product)
class ProductAdmin(AnnouncingAdmin):
    list_display = ("name", "sku", "brand", "category", "price_now", "is_published", "updated_at")
    list_select_related = ("category", "price")
    list_editable = ("is_published",)
    list_filter = ("is_published", "category")
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("sku",)
    search_help_text = "A SKU, or words from name, brand and description; typos are forgiven."
    ordering = ("-id",)
    # Only columns with an index: to sort a long table by another one is to read it whole.
    sortable_by = ("sku",)
    autocomplete_fields = ("category",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  the admin's own declaration
    readonly_fields = ("created_at", "updated_at", "version")
    inlines = (PriceInline,)
    fieldsets = (
        (None, {"fields": (("name", "brand"), ("sku", "slug"), "category", "description", "is_published")}),
        ("Attributes", {"fields": ("attributes",)}),
        ("Written by the database", {"fields": ("created_at", "updated_at", "version")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        return queryset & found_products(search_term), False

    @admin.display(description="price", empty_value="none")
    def price_now(self, product: Product) -> str | None:
        return str(product.price) if hasattr(product, "price") else None
