"""Writes in the admin reach the caches as soon as they are committed.

Invariant: every view of the admin that writes rows runs inside `announced_changes()`: the change form with its inlines,
the delete page, and the change list with its bulk actions and its editable columns. A view that only shows something
opens no transaction. Proved by tests/integration/test_admin_writes.py.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shop.events.admin_bases.bounded_list import BoundedListAdmin
from shop.events.admin_bases.bounded_paginator import COUNTED_ROWS
from shop.events.admin_bases.editable_row import EditableRow
from shop.events.admin_bases.refusable import Refusable
from shop.events.admin_bases.told_changes import ToldChanges
from shop.events.admin_bases.touched_fields import TouchedFields
from shop.events.busy import RowsBusyError, or_busy
from shop.events.fast_path import announced_changes

READING: Final = ("GET", "HEAD", "OPTIONS", "TRACE")
MOST_DELETED: Final = 500
# Where a request says why it is shown again what was typed, in place of being saved.
_REFUSAL: Final = "larder.refusal"


class AnnouncingAdmin(ToldChanges, BoundedListAdmin):
    """The base of every admin here whose table, or whose table's owner, is cached."""

    # Counts beside the filters would read the whole table.
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True

    def rows_to_lock(self, ids: Collection[int]) -> tuple[QuerySet[Any], ...]:
        """The rows that saving these ids is about, in the order in which every writer locks the tables."""
        return (QuerySet(self.model).filter(pk__in=ids),)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (TouchedFields, form), {"refusal": request.META.get(_REFUSAL, "")})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        formset.form = type("EditableRowForm", (EditableRow, formset.form), {})
        return type("EditableList", (Refusable, formset), {"refusal": request.META.get(_REFUSAL, "")})

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        view = super().changeform_view

        def show() -> HttpResponse:
            response: HttpResponse = view(request, object_id, *args, **kwargs)
            return response

        return self._saved(request, [object_id or ""], show)

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
        try:
            with or_busy(), _announced(request):
                response: HttpResponse = super().delete_view(request, *args, **kwargs)
        except RowsBusyError as error:
            return self._told_busy(request, error)
        return response

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bulk actions and editable columns write. A selection that is not made of ids is refused, not looked up."""
        if not all(_is_id(chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("a selection of rows is a list of ids")
        view = super().changelist_view

        def show() -> HttpResponse:
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        if "_save" in request.POST:
            return self._saved(request, self._get_edited_object_pks(request, "form"), show)
        try:
            with or_busy(), _announced(request):
                return show()
        except RowsBusyError as error:
            return self._told_busy(request, error)

    def _saved(self, request: HttpRequest, ids: Collection[str], show: Callable[[], HttpResponse]) -> HttpResponse:
        """Lock the rows before anything of them is read; where somebody else holds them, show again what was typed."""
        if request.method in READING:
            return show()
        try:
            with or_busy(), announced_changes():
                self._lock([int(one) for one in ids if _is_id(one)])
                return show()
        except RowsBusyError as error:
            request.META[_REFUSAL] = str(error)
            return show()

    def _lock(self, ids: Collection[int]) -> None:
        for rows in self.rows_to_lock(ids) if ids else ():
            list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def _told_busy(self, request: HttpRequest, error: RowsBusyError) -> HttpResponse:
        self.message_user(request, str(error), messages.ERROR)
        return redirect(request.get_full_path())


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


@contextmanager
def _announced(request: HttpRequest) -> Iterator[None]:
    if request.method in READING:
        yield
        return
    with announced_changes():
        yield
