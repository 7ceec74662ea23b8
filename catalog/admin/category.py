"""Categories: the tree and the attribute schemas. Any write here renews the one cached tree.

Invariant: whoever writes a category here holds the tree first, forms included, so that no two of them make a circle.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from catalog.admin.category_form import CategoryForm
from catalog.admin.category_tree import MoveForm, tree_rows
from catalog.admin.form_fields import FIELDS
from catalog.models import Category
from catalog.tree_operations import CategoryMoveError, Direction, lock_tree, move_category, shift_category
from shop.events.admin_bases import AnnouncingAdmin
from shop.events.fast_path import announced_changes


@admin.register(Category)
class CategoryAdmin(AnnouncingAdmin):
    list_display = ("name", "slug", "parent", "position")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  the admin's own declaration
    form = CategoryForm
    formfield_overrides = FIELDS
    fields = ("name", "slug", "parent", "position", "description", "attribute_schema")

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(require_POST(self.move_view))
        return [path("<int:category_id>/move/", move, name="catalog_category_move"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The whole tree; a plain list where somebody searches."""
        if request.GET or request.method != "GET":
            response: HttpResponse = super().changelist_view(request, *args, **kwargs)
            return response
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Categories",
            "rows": tree_rows(),
            "directions": tuple(Direction),
            "may_change": self.has_change_permission(request),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/category/tree.html", context)

    def move_view(self, request: HttpRequest, category_id: int) -> HttpResponse:
        """One move, then the tree again, at the place where the category is now."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = MoveForm(request.POST)
        if not form.is_valid():
            messages.error(request, "That is no move.")
            return redirect("admin:catalog_category_changelist")
        to, user_id = form.cleaned_data, int(str(request.user.pk))
        try:
            if to["direction"]:
                shift_category(category_id=category_id, direction=Direction(to["direction"]), user_id=user_id)
            else:
                move_category(category_id=category_id, parent_id=to["parent"], position=to["position"], user_id=user_id)
        except CategoryMoveError as error:
            messages.error(request, str(error))
        return redirect(f"{reverse('admin:catalog_category_changelist')}#category-{category_id}")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _held_tree(request):
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return response

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The tree first here too: a move holds it before it reaches for the categories."""
        with _held_tree(request):
            response: HttpResponse = super().delete_view(request, *args, **kwargs)
        return response

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


@contextmanager
def _held_tree(request: HttpRequest) -> Iterator[None]:
    """Forms check for circles too, and what they have checked must still hold when they write."""
    if request.method != "POST":
        yield
        return
    with announced_changes():
        lock_tree()
        yield
