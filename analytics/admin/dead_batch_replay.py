"""The page that replays dead batches: it shows which, and asks; then it says of each what came of it.

Invariant: a batch is counted once, however often somebody presses the button, or two at once: by the same ledger as a
flush (analytics/dead_batches.py). Proved by tests/integration/test_dead_batch_admin.py.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import action

from analytics.dead_batches import UnknownBatchError, replay
from analytics.models import DeadBatch
from shop.caching.write_behind import RefusedError
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError, or_busy

# An address names each of them.
MOST_AT_ONCE: Final = 50


class DeadBatchReplay(ReadOnlyAdmin):
    """To be mixed into the admin of dead batches."""

    actions: Any = ("replay_chosen",)
    actions_detail: Any = ("replay_this",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replay_view)
        return [path("replay/", view, name="analytics_deadbatch_replay"), *super().get_urls()]

    def has_replay_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether they may replay: those who may change dead batches, though nobody types over one."""
        user: Any = request.user
        return bool(user.has_perm("analytics.change_deadbatch"))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """No button where there is nothing to replay."""
        dead: DeadBatch | None = self.get_object(request, object_id)
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered if dead is not None and dead.replayed_at is None else []

    @action(description="Replay …", url_path="to-replay", icon="replay", permissions=["replay"])  # type: ignore[untyped-decorator]
    def replay_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(_address([object_id]))

    @admin.action(description="Replay …", permissions=["replay"])
    def replay_chosen(self, request: HttpRequest, queryset: QuerySet[DeadBatch]) -> HttpResponse | None:
        ids = list(queryset.order_by("failed_at", "pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(ids) > MOST_AT_ONCE:
            text = f"More than {MOST_AT_ONCE} are too many at once. Nothing was done: narrow the list."
            self.message_user(request, text, messages.ERROR)
            return None
        return redirect(_address(ids))

    def replay_view(self, request: HttpRequest) -> HttpResponse:
        """Which, and whether; a POST does it."""
        if not self.has_replay_permission(request):
            raise PermissionDenied
        ids = request.GET.getlist("batch")[:MOST_AT_ONCE]
        if request.method != "POST":
            return self._page(request, ids)
        for batch_id in dict.fromkeys(ids):
            self._replay(request, batch_id)
        if len(ids) == 1 and DeadBatch.objects.filter(pk=ids[0]).exists():
            return redirect("admin:analytics_deadbatch_change", ids[0])
        return redirect("admin:analytics_deadbatch_changelist")

    def _replay(self, request: HttpRequest, batch_id: str) -> None:
        user: Any = request.user
        try:
            with or_busy():
                counted = replay(batch_id=batch_id, user_id=user.pk)
        except UnknownBatchError:
            self.message_user(request, "There is no such batch.", messages.ERROR)
        except RefusedError as error:
            text = f"{batch_id} was refused again, and stays as it was: {error}"
            self.message_user(request, text, messages.ERROR)
        except RowsBusyError as error:
            self.message_user(request, f"{batch_id}: {error}", messages.ERROR)
        else:
            text = f"{batch_id}: {counted:,} view{'s are' if counted != 1 else ' is'} counted now."
            already = f"{batch_id} had been counted before: nothing was counted again."
            self.message_user(request, text if counted else already, messages.SUCCESS if counted else messages.WARNING)
            if counted:
                self.log_change(request, DeadBatch(pk=batch_id), f"Replayed: {counted:,} views counted.")

    def _page(self, request: HttpRequest, ids: Sequence[str]) -> HttpResponse:
        batches = DeadBatch.objects.defer("counts").filter(pk__in=ids).order_by("failed_at", "pk")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Replay dead batches",
            "batches": batches,
        }
        return TemplateResponse(request, "admin/analytics/deadbatch/replay.html", context)


def _address(ids: Sequence[str]) -> str:
    return f"{reverse('admin:analytics_deadbatch_replay')}?{urlencode([('batch', one) for one in ids])}"
