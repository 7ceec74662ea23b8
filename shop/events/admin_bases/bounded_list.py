"""What an address may ask of a list of the admin: orders and filters that an index answers, and no others.

Django's own list sorts by every column whose number stands in the address, though its heading is no link, and filters
by every column with every lookup: regular expressions, and numbers that no column can hold. Both read a long table
whole, or fail. Proved by tests/integration/test_admin_scale.py and test_admin_addresses.py.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from shop.events.admin_bases.bounded_paginator import ROWS_PER_PAGE, BoundedPaginator


class BoundedChangeList(ChangeList):  # type: ignore[misc]  # unfold has no types
    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """By the columns that `sortable_by` names; what else the address says is left out."""
        if ORDER_VAR in self.params:
            asked = self.params[ORDER_VAR].split(".")
            self.params[ORDER_VAR] = ".".join(column for column in asked if self._sorts(column))
        return super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        """How many there are in all is told where the list is narrowed; else the heading offers a way to nowhere."""
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count

    def _sorts(self, column: str) -> bool:
        number = column.removeprefix("-")
        is_column = number.isascii() and number.isdigit() and len(number) < 3 and int(number) < len(self.list_display)
        return is_column and self.list_display[int(number)] in self.sortable_by


class BoundedListAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """The list of a table that may be long."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = ROWS_PER_PAGE
    # A page that shows all would have more fields than a request may.
    list_max_show_all = ROWS_PER_PAGE

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the filters of this list send, and exact keys."""
        return lookup.removesuffix("__exact") in {*self._keys(), *self._filters(request)}

    def _keys(self) -> Iterator[str]:
        yield "pk"
        for field in self.opts.concrete_fields:
            if field.primary_key or field.is_relation:
                yield field.name
            if field.is_relation:
                yield from (field.attname, f"{field.name}__id", f"{field.name}__pk")

    def _filters(self, request: HttpRequest) -> Iterator[str]:
        for one in self.get_list_filter(request):
            yield one if isinstance(one, str) else one.parameter_name
