"""Reviews. Their summaries follow by trigger."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Review
from shop.events.admin_bases import AnnouncingAdmin


@admin.register(Review)
class ReviewAdmin(AnnouncingAdmin):
    list_display = ("title", "rating", "author", "product", "created_at")
    list_select_related = ("product",)
    search_fields = ("product__sku",)
    search_help_text = "The whole SKU of a product."
    ordering = ("-id",)
    # No column but the id has an index of its own: to sort by one is to read the whole table.
    sortable_by = ()
    autocomplete_fields = ("product",)
    readonly_fields = ("created_at",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Review], search_term: str
    ) -> tuple[QuerySet[Review], bool]:
        """By SKU, which an index finds; a search of texts would read every review."""
        sku = search_term.strip()
        return queryset.filter(product__sku=sku) if sku else queryset, False
