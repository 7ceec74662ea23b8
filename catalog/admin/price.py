"""Prices on their own, to change many at once in the list."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.form_fields import FIELDS
from catalog.admin.product_search import found_products
from catalog.models import Price, Product
from shop.events.admin_bases import AnnouncingAdmin


@admin.register(Price)
class PriceAdmin(AnnouncingAdmin):
    formfield_overrides = FIELDS
    list_display = ("product", "currency", "regular_amount", "amount", "current_amount", "sale_ends_at")
    list_editable = ("regular_amount", "amount", "sale_ends_at")
    list_select_related = ("product",)
    search_fields = ("product__sku",)
    search_help_text = "The SKU or the name of a product."
    ordering = ("-product_id",)
    # Only columns with an index: to sort a long table by another one is to read it whole.
    sortable_by = ("current_amount",)
    autocomplete_fields = ("product",)
    readonly_fields = ("version",)

    def rows_to_lock(self, ids: Collection[int]) -> tuple[QuerySet[Any], ...]:
        """Products, then their prices: the order of every bulk change."""
        return Product.objects.filter(pk__in=ids), Price.objects.filter(pk__in=ids)

    def get_readonly_fields(self, request: HttpRequest, obj: Price | None = None) -> tuple[str, ...]:
        """The product is the price's key: it is chosen once."""
        return ("version",) if obj is None else ("product", "version")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Price], search_term: str
    ) -> tuple[QuerySet[Price], bool]:
        return queryset.filter(product__in=found_products(search_term)) if search_term.strip() else queryset, False
