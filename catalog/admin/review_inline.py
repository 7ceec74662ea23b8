"""The newest reviews on a product's form: to look at, not to change. However many there are, 20 rows are read."""

from typing import Any, Final

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet

from catalog.models import Review

NEWEST: Final = 20


class NewestFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold has no types
    _newest: QuerySet[Review] | None = None

    def get_queryset(self) -> QuerySet[Review]:
        if self._newest is None:
            self._newest = super().get_queryset()[:NEWEST]
        return self._newest


class ReviewInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Review
    formset = NewestFormSet
    verbose_name_plural = f"the newest {NEWEST} reviews"
    fields = ("created_at", "rating", "title", "author", "status")
    readonly_fields = fields
    ordering = ("-created_at", "-id")
    show_change_link = True
    hide_title = True
    extra = 0
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
