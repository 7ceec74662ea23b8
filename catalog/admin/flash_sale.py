"""Flash sales: the list of all there were. One is made, previewed, started and ended on its own pages."""

from typing import Final

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.decorators import display

from catalog.admin.flash_sale_pages import FlashSalePages
from catalog.models import FlashSale

COLOURS: Final = {"scheduled": "info", "on": "success", "ended": "warning", "cancelled": "danger"}


@admin.register(FlashSale)
class FlashSaleAdmin(FlashSalePages):
    list_display = ("name", "percent_off", "state_now", "starts_at", "started_at", "ends_at", "ended_at", "made_by")
    list_select_related = ("made_by",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_turn_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("catalog.view_flashsale") or self.has_turn_permission(request)

    @display(description="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_now(self, sale: FlashSale) -> str:
        return sale.state
