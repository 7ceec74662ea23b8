"""Writes in the admin reach the caches as soon as they are committed.

Invariant: every view of the admin that writes rows runs inside `announced_changes()`: the change form with its inlines,
the delete page, and the change list with its bulk actions and its editable columns. A view that only shows something
opens no transaction. Proved by tests/integration/test_admin_writes.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from shop.events.admin_bases.bounded_paginator import COUNTED_ROWS, BoundedPaginator
from shop.events.admin_bases.editable_row import EditableRow
from shop.events.admin_bases.told_changes import ToldChanges
from shop.events.fast_path import announced_changes

READING: Final = ("GET", "HEAD", "OPTIONS", "TRACE")
MOST_DELETED: Final = 500


class AnnouncingAdmin(ToldChanges, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """The base of every admin here whose table, or whose table's owner, is cached."""

    paginator = BoundedPaginator
    show_full_result_count = False
    # Counts beside the filters would read the whole table.
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    warn_unsaved_form = True

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _announced(request):
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return response

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        formset.form = type("EditableRowForm", (EditableRow, formset.form), {})
        return formset

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """A bulk action is about a bounded number of rows; a page that asks before it deletes lists every one."""
        deletes = "delete_selected" in request.POST.getlist("action")
        most = MOST_DELETED if deletes else COUNTED_ROWS
        chosen = queryset if request.POST.get("select_across") == "1" else None
        if chosen is not None and chosen.order_by()[: most + 1].count() > most:
            text = f"More than {most:,} rows match, which is too many at once. Nothing was done: narrow the list."
            self.message_user(request, text, messages.ERROR)
            return None
        response: HttpResponse | None = super().response_action(request, queryset)
        return response

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _announced(request):
            response: HttpResponse = super().delete_view(request, *args, **kwargs)
        return response

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bulk actions and editable columns write. A selection that is not made of ids is refused, not looked up."""
        if not all(_is_id(chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("a selection of rows is a list of ids")
        with _announced(request):
            response: HttpResponse = super().changelist_view(request, *args, **kwargs)
        return response


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


@contextmanager
def _announced(request: HttpRequest) -> Iterator[None]:
    if request.method in READING:
        yield
        return
    with announced_changes():
        yield
