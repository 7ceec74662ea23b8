"""Bulk price changes: the drafts and what became of them. A plan is added, previewed and applied on its own pages."""

from typing import Final

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.decorators import display

from catalog.admin.price_change_pages import PriceChangePages
from catalog.bulk.rule_words import in_words
from catalog.models import PriceChangePlan

COLOURS: Final = {"draft": "warning", "applied": "success", "discarded": "info"}


@admin.register(PriceChangePlan)
class PriceChangePlanAdmin(PriceChangePages):
    list_display = ("__str__", "rule_in_words", "chosen", "state_now", "made_by", "made_at", "decided_by", "decided_at")
    list_select_related = ("made_by", "decided_by")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_price")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("catalog.view_price") or self.has_add_permission(request)

    @admin.display(description="rule", empty_value="no preview yet")
    def rule_in_words(self, plan: PriceChangePlan) -> str | None:
        return in_words(plan.rule) or None

    @display(description="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_now(self, plan: PriceChangePlan) -> str:
        return plan.state
