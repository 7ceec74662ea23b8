"""Stock, each row with its ledger: shown here, and moved on pages of its own."""

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from inventory.admin.product_links import NamingChangeList, product_link
from inventory.admin.product_search import product_ids_in
from inventory.admin.stock_filter import SCARCE, ShortageFilter
from inventory.admin.stock_pages import StockPages
from inventory.models import Movement, Stock

SHOWN_MOVEMENTS: Final = 50


@admin.register(Stock)
class StockAdmin(StockPages):
    list_display = ("about", "on_hand", "held", "left", "state")
    list_filter = (ShortageFilter,)
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("product_id",)
    search_help_text = "The id of a product."
    ordering = ("-product_id",)
    sortable_by = ("about",)
    fields = ("product", "on_hand", "held", "left", "version")
    readonly_fields = fields
    change_form_after_template = "admin/inventory/stock/ledger.html"

    class Media:
        css: ClassVar = {"all": ["inventory/stock.css"]}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NamingChangeList]:
        return NamingChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Stock], search_term: str
    ) -> tuple[QuerySet[Stock], bool]:
        return product_ids_in(queryset, search_term), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Stock | None:
        """With its product's link, which depends on who looks."""
        stock: Stock | None = super().get_object(request, object_id, from_field)
        if stock is not None:
            stock.product_link = product_link(request, stock.product_id)  # type: ignore[attr-defined]
        return stock

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the newest entries of the ledger. The page itself has no form that could be sent."""
        stock = super().get_object(request, unquote(object_id))
        context = {**(extra_context or {}), **(_ledger(stock) if stock is not None else {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    @admin.display(description="product", ordering="product_id")
    def about(self, stock: Stock) -> str:
        return getattr(stock, "product_name", str(stock.product_id))

    @admin.display(description="product")
    def product(self, stock: Stock) -> str:
        return getattr(stock, "product_link", str(stock.product_id))

    @admin.display(description="available")
    def left(self, stock: Stock) -> int:
        return stock.available

    @display(description="state", label={"sold out": "danger", "scarce": "warning", "in stock": "success"})  # type: ignore[untyped-decorator]
    def state(self, stock: Stock) -> str:
        if stock.available == 0:
            return "sold out"
        return "scarce" if stock.available <= SCARCE else "in stock"


def _ledger(stock: Stock) -> dict[str, Any]:
    movements = list(Movement.objects.filter(product_id=stock.product_id).order_by("-id")[:SHOWN_MOVEMENTS])
    users = get_user_model().objects.in_bulk({one.user_id for one in movements if one.user_id is not None})
    entries = [(one, users.get(one.user_id) if one.user_id else None) for one in movements]
    return {"movements": entries, "shown_movements": SHOWN_MOVEMENTS, "stock_product_id": stock.product_id}
