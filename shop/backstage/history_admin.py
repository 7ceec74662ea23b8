"""The history of who changed what, of all tables together: newest first, by user and by day.

Two indexes of shop/events/migrations/0002 walk it, so the page costs the same however long the history is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.events.admin_bases import ReadOnlyAdmin

MOST_USERS: Final = 200
WORDS: Final = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
COLOURS: Final = {"added": "success", "changed": "info", "deleted": "danger"}


class OneFieldFilter(SimpleListFilter):
    """A filter with one form field in place of links."""

    template = "backstage/one_field_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("any", "any")]

    def field(self) -> forms.Field:
        raise NotImplementedError

    def choices(self, changelist: Any) -> Iterator[Any]:
        form = type("FilterForm", (forms.Form,), {str(self.parameter_name): self.field()})
        yield {"form": form(initial={self.parameter_name: self.value() or ""})}


class UserFilter(OneFieldFilter):
    title = "user"
    parameter_name = "user"

    def field(self) -> forms.Field:
        staff = User.objects.filter(is_staff=True).order_by("username").values_list("pk", "username")[:MOST_USERS]
        return forms.ChoiceField(choices=[("", "Everybody"), *staff], required=False, widget=UnfoldAdminSelectWidget)

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        user_id = self.value() or ""
        if not user_id:
            return queryset
        if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 10):
            raise IncorrectLookupParameters
        return queryset.filter(user_id=int(user_id))


class DayFilter(OneFieldFilter):
    title = "day"
    parameter_name = "day"

    def field(self) -> forms.Field:
        return forms.DateField(required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        if not (text := self.value()):
            return queryset
        try:
            day = parse_date(text)
            if day is None:
                raise IncorrectLookupParameters
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return queryset.filter(action_time__gte=begin, action_time__lt=begin + timedelta(days=1))
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error


@admin.register(LogEntry)
class HistoryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "what", "content_type", "thing", "message")
    list_display_links = None
    list_select_related = ("user", "content_type")
    list_filter = (UserFilter, DayFilter)
    list_filter_submit = True
    ordering = ("-action_time", "-id")

    @display(description="action", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def what(self, entry: LogEntry) -> str:
        return WORDS.get(entry.action_flag, "changed")

    @admin.display(description="object")
    def thing(self, entry: LogEntry) -> str:
        address = entry.get_admin_url() if entry.action_flag != DELETION else None
        if address is None:
            return entry.object_repr
        return format_html('<a href="{}" class="text-link">{}</a>', address, entry.object_repr)

    @admin.display(description="change")
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
