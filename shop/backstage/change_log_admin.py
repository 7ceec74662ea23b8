"""The change log behind the counter: what was written, how it went to everyone, who carries it, the database's name.

Nothing here can be written: triggers, relays and consumers do that. Ages are by the database's clock.
Proved by tests/integration/test_admin_traces.py and test_admin_change_log.py.
"""

from typing import Any, Final

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from shop.backstage.dashboard_changes import stage_rows
from shop.backstage.dashboard_charts import reach_chart
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.durations import after, said
from shop.events.models import Change, DatabaseIdentity, Station, Trace
from shop.events.station import SILENT_AFTER
from shop.events.trace_figures import stage_times

STATES: Final = {"due": "warning", "on its way": "info", "finished": "success"}
SIGNS: Final = {"works": "success", "silent": "danger"}


class FinishedFilter(SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unfinished", "Unfinished"), ("finished", "Finished")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        match self.value():
            case None:
                return queryset
            case "unfinished":
                return queryset.filter(applied_at=None)
            case "finished":
                return queryset.filter(applied_at__isnull=False)
        raise IncorrectLookupParameters


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("id", "entity", "operation", "rows", "state", "age", "took", "published", "transaction")
    list_filter = (FinishedFilter,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(asked_at=Now())
        return rows

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Each by an index that finds its rows in this order."""
        match request.GET.get(FinishedFilter.parameter_name):
            case "unfinished":
                return ("due_at", "id")
            case "finished":
                return ("-applied_at", "-id")
        return ("-id",)

    @admin.display(description="rows")
    def rows(self, change: Change) -> int:
        return len(change.ids)

    @display(description="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no types
    def state(self, change: Any) -> str:
        """Due: a relay publishes it now. On its way: published, and published again unless it is finished soon."""
        if change.applied_at is not None:
            return "finished"
        return "due" if change.due_at <= change.asked_at else "on its way"

    @admin.display(description="age")
    def age(self, change: Any) -> str:
        return said(change.asked_at - change.written_at)

    @admin.display(description="took", empty_value="")
    def took(self, change: Change) -> str | None:
        """From the writing to the caches."""
        return None if change.applied_at is None else said(change.applied_at - change.written_at)


@admin.register(Trace)
class TraceAdmin(ReadOnlyAdmin):
    list_display = (
        *("change_id", "entity", "operation", "rows", "committed"),
        *("published", "consumed", "applied", "dropped", "processes"),
    )
    list_display_links = None
    ordering = ("-change_id",)
    list_before_template = "backstage/traces.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        stages = stage_times()
        chart = reach_chart(stages) if stages[0].times_ms else None
        context = {"stages": stage_rows(stages), "traces_chart": chart, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description="committed")
    def committed(self, trace: Trace) -> str:
        return f"{trace.committed_at:%Y-%m-%d %H:%M:%S}.{trace.committed_at.microsecond // 1000:03}"

    @admin.display(description="published")
    def published(self, trace: Trace) -> str | None:
        return after(trace.committed_at, trace.published_at)

    @admin.display(description="consumed")
    def consumed(self, trace: Trace) -> str | None:
        return after(trace.committed_at, trace.consumed_at)

    @admin.display(description="applied")
    def applied(self, trace: Trace) -> str | None:
        return after(trace.committed_at, trace.applied_at)

    @admin.display(description="dropped")
    def dropped(self, trace: Trace) -> str | None:
        return after(trace.committed_at, trace.dropped_at)


@admin.register(Station)
class StationAdmin(ReadOnlyAdmin):
    list_display = ("name", "instance", "sign", "ago", "handled", "dead_letters", "ignored", "lag")
    list_display_links = None
    ordering = ("name", "instance")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(asked_at=Now())
        return rows

    @display(description="sign", label=SIGNS)  # type: ignore[untyped-decorator]  # unfold has no types
    def sign(self, station: Any) -> str:
        return "works" if station.asked_at - station.seen_at < SILENT_AFTER else "silent"

    @admin.display(description="seen")
    def ago(self, station: Any) -> str:
        return f"{said(station.asked_at - station.seen_at)} ago"


@admin.register(DatabaseIdentity)
class DatabaseIdentityAdmin(ReadOnlyAdmin):
    list_display = ("database_id",)
