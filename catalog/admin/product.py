"""Products, each with its price and its newest reviews on the same form."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import StackedInline
from unfold.decorators import action, display

from catalog.admin.csv_pages import CsvPages
from catalog.admin.form_fields import FIELDS
from catalog.admin.product_actions import ProductActions
from catalog.admin.product_filters import CategoryFilter, PriceFilter
from catalog.admin.product_history import ProductHistory
from catalog.admin.product_search import found_products
from catalog.admin.review_inline import ReviewInline
from catalog.models import Price, Product
from shop.events.admin_bases import TouchedFields

SLUG_HELP = "Its name in addresses: /p/slug-id/; the id decides."


class PriceInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    model = Price
    formfield_overrides = FIELDS
    form = TouchedFields
    fields = (("regular_amount", "amount", "currency"), "sale_ends_at")


@admin.register(Product)
class ProductAdmin(ProductActions, ProductHistory, CsvPages):
    formfield_overrides = FIELDS
    list_display = ("name", "sku", "brand", "category", "price_now", "sale", "is_published", "is_featured")
    list_select_related = ("category", "price")
    list_editable = ("is_published", "is_featured")
    list_filter = (CategoryFilter, "is_published", "is_featured", PriceFilter)
    list_filter_submit = True
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("sku",)
    search_help_text = "A SKU, or words from name, brand and description; typos are forgiven."
    ordering = ("-id",)
    # Only columns with an index: to sort a long table by another one is to read it whole.
    sortable_by = ("sku",)
    autocomplete_fields = ("category",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  the admin's own declaration
    readonly_fields = ("created_at", "updated_at", "version", "all_reviews")
    inlines = (PriceInline, ReviewInline)
    actions_list = ("bulk_prices", "csv_files")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "brand"),
                    ("sku", "slug"),
                    "category",
                    "description",
                    ("is_published", "is_featured"),
                )
            },
        ),
        ("Attributes", {"fields": ("attributes",)}),
        ("Written by the database", {"fields": ("created_at", "updated_at", "version", "all_reviews")}),
    )

    def rows_to_lock(self, ids: Collection[int]) -> tuple[QuerySet[Any], ...]:
        """Products, then their prices: the order of every bulk change."""
        return Product.objects.filter(pk__in=ids), Price.objects.filter(pk__in=ids)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Without what only the search reads: half of each row."""
        products: QuerySet[Product] = super().get_queryset(request)
        return products.defer("search", "terms")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        return queryset & found_products(search_term), False

    def get_form(self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Help is shown as HTML, which would swallow angle brackets."""
        return super().get_form(request, obj, change, **kwargs, help_texts={"slug": SLUG_HELP})

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:
        """A product that is not there yet has no reviews."""
        return self.inlines if obj is not None else (PriceInline,)

    @action(description="Change many prices", url_path="change-prices", icon="percent", permissions=["change_prices"])  # type: ignore[untyped-decorator]
    def bulk_prices(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:catalog_pricechangeplan_add")

    @display(description="price", empty_value="none")  # type: ignore[untyped-decorator]  # unfold has no types
    def price_now(self, product: Product) -> str | None:
        if not hasattr(product, "price"):
            return None
        return f"{product.price.current_amount}\N{NO-BREAK SPACE}{product.price.currency}"

    @display(description="sale", label={"sale": "danger"}, empty_value="")  # type: ignore[untyped-decorator]
    def sale(self, product: Product) -> str | None:
        is_reduced = hasattr(product, "price") and product.price.current_amount < product.price.regular_amount
        return "sale" if is_reduced else None

    @admin.display(description="reviews")
    def all_reviews(self, product: Product) -> str:
        if product.pk is None:
            return "none yet"
        address = reverse("admin:catalog_review_changelist")
        return format_html('<a href="{}?q={}" class="text-link">All reviews of this product</a>', address, product.sku)
