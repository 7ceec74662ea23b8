"""What triggers and runs write: shown, so that staff can see versions and counts, and never written by hand."""

from django.contrib import admin

from catalog.models import CategoryTree, RelatedProducts, ReviewSummary
from shop.events.admin_bases import ReadOnlyAdmin


@admin.register(ReviewSummary)
class ReviewSummaryAdmin(ReadOnlyAdmin):
    list_display = ("product", "review_count", "rating_sum", "version")
    list_select_related = ("product",)
    ordering = ("-product_id",)


@admin.register(RelatedProducts)
class RelatedProductsAdmin(ReadOnlyAdmin):
    list_display = ("product", "product_ids", "run", "version")
    list_select_related = ("product",)
    ordering = ("-product_id",)


@admin.register(CategoryTree)
class CategoryTreeAdmin(ReadOnlyAdmin):
    list_display = ("id", "version")
