"""Admins that only show: of rows that triggers and runs write, and nobody by hand."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest

from shop.events.admin_bases.bounded_list import BoundedListAdmin


class ReadOnlyAdmin(BoundedListAdmin):
    show_facets = ShowFacets.NEVER
    sortable_by: Any = ()
    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
