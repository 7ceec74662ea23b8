"""Admins that only show: of rows that triggers and runs write, and nobody by hand."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from shop.events.admin_bases.bounded_paginator import BoundedPaginator


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    sortable_by: Any = ()
    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
