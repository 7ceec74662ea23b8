"""The ledger of batches, the newest first, below what write-behind holds and has lost."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from analytics.figures import write_behind_figures
from analytics.models import FlushedBatch
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.durations import said_ms


class LossFilter(SimpleListFilter):
    title = "losses"
    parameter_name = "losses"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("told", "Views were dropped before")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FlushedBatch]) -> QuerySet[FlushedBatch]:
        return queryset.filter(dropped__gt=0) if self.value() == "told" else queryset


@admin.register(FlushedBatch)
class FlushedBatchAdmin(ReadOnlyAdmin):
    list_display = ("when", "batch", "counters", "increments", "dropped")
    list_display_links = None
    list_filter = (LossFilter,)
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("batch",)
    search_help_text = "The whole id of a batch, as logs name it."
    ordering = ("-flushed_at", "-batch")
    list_before_template = "admin/analytics/flushedbatch/write_behind.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FlushedBatch], search_term: str
    ) -> tuple[QuerySet[FlushedBatch], bool]:
        text = search_term.strip()
        return (queryset.filter(pk=text) if text else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        figures = write_behind_figures()
        age_s = figures.ledger.last_flush_age_s
        last_flush = "none yet" if age_s is None else f"{said_ms(age_s * 1000)} ago"
        context = {"write_behind": figures, "last_flush": last_flush, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description="flushed at")
    def when(self, batch: FlushedBatch) -> str:
        return f"{batch.flushed_at:%Y-%m-%d %H:%M:%S}"
