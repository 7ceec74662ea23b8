"""Categories: the tree and the attribute schemas. Any write here renews the one cached tree."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Category
from shop.events.admin_bases import AnnouncingAdmin


@admin.register(Category)
class CategoryAdmin(AnnouncingAdmin):
    list_display = ("name", "slug", "parent", "position")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  the admin's own declaration

    def get_actions(self, request: HttpRequest) -> Any:
        """No bulk delete: it would read every product below, only to refuse."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """Only an empty category can go; two look-ups in indexes tell."""
        if obj is not None and (obj.children.exists() or obj.products.exists()):
            return False
        return bool(super().has_delete_permission(request, obj))
