"""Dead batches, the newest first, with the reason why PostgreSQL refused each, and what is in it."""

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from analytics.admin.batch_contents import shown_counters, told_size
from analytics.admin.dead_batch_replay import DeadBatchReplay
from analytics.models import DeadBatch
from shop.events.admin_bases.bounded_list import BoundedChangeList

STATES: Final = {"waiting": "danger", "replayed": "success"}
_SIZES: Final = """
    SELECT batch, count(*), sum(value::numeric) FROM analytics_deadbatch, jsonb_each_text(counts)
    WHERE batch = ANY(%s) GROUP BY batch
"""


class StateFilter(SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), ("replayed", "Replayed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DeadBatch]) -> QuerySet[DeadBatch]:
        match self.value():
            case "waiting":
                return queryset.filter(replayed_at=None)
            case "replayed":
                return queryset.filter(replayed_at__isnull=False)
        return queryset


class DeadBatchList(BoundedChangeList):
    """Knows how large a page's batches are, without reading what is in them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        with connection.cursor() as cursor:
            cursor.execute(_SIZES, [[row.pk for row in self.result_list]])
            sizes = {batch: told_size(counters, int(views)) for batch, counters, views in cursor}
        for row in self.result_list:
            row.size = sizes.get(row.pk, "nothing")


@admin.register(DeadBatch)
class DeadBatchAdmin(DeadBatchReplay):
    list_display = ("when", "batch", "size", "why", "tries", "state")
    list_display_links = ("when", "batch")
    list_filter = (StateFilter,)
    list_per_page = 20
    ordering = ("-failed_at", "batch")
    fields = ("batch", "state", "failed_at", "tries", "reason", "size", "dropped", "replayed_at", "replayed_by")
    readonly_fields = fields
    change_form_after_template = "admin/analytics/deadbatch/contents.html"

    class Media:
        css: ClassVar = {"all": ["analytics/views.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadBatch]:
        batches: QuerySet[DeadBatch] = super().get_queryset(request)
        return batches.defer("counts")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeadBatchList]:
        return DeadBatchList

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        dead: DeadBatch | None = self.get_object(request, unquote(object_id))
        contents = shown_counters(request, dead.counts) if dead is not None else ()
        context = {**(extra_context or {}), "contents": contents, "counters": len(dead.counts) if dead else 0}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    @admin.display(description="failed at")
    def when(self, dead: DeadBatch) -> str:
        return f"{dead.failed_at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="what is in it")
    def size(self, dead: DeadBatch) -> str:
        size: str | None = vars(dead).get("size")
        return size if size is not None else told_size(len(dead.counts), sum(dead.counts.values()))

    @admin.display(description="reason")
    def why(self, dead: DeadBatch) -> str:
        return dead.reason if len(dead.reason) <= 80 else f"{dead.reason[:80]}…"

    @display(description="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no types
    def state(self, dead: DeadBatch) -> str:
        return "waiting" if dead.replayed_at is None else "replayed"
