"""The ledger, newest first: of one product where its id is searched for."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from inventory.admin.product_links import NamingChangeList
from inventory.admin.product_search import product_ids_in
from inventory.models import Movement
from shop.events.admin_bases import ReadOnlyAdmin


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "about", "kind", "on_hand_change", "held_change", "reason", "held_by", "user_id")
    list_display_links = None
    search_fields = ("product_id",)
    search_help_text = "The id of a product."
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NamingChangeList]:
        return NamingChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movement], search_term: str
    ) -> tuple[QuerySet[Movement], bool]:
        return product_ids_in(queryset, search_term), False

    @admin.display(description="product")
    def about(self, movement: Movement) -> str:
        return getattr(movement, "product_name", str(movement.product_id))

    @admin.display(description="reservation", empty_value="")
    def held_by(self, movement: Movement) -> str | None:
        return None if movement.reservation_id is None else format_html("{}", movement.reservation_id)
