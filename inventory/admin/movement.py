"""The ledger, newest first: of one product where its id is searched for."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from inventory.admin.product_links import NamingChangeList
from inventory.admin.product_search import product_ids_in
from inventory.models import Movement
from shop.events.admin_bases import ReadOnlyAdmin


class LedgerList(NamingChangeList):
    """Knows who of the staff it was: the names of a page's users are read at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        users = get_user_model().objects.in_bulk({row.user_id for row in self.result_list if row.user_id is not None})
        for row in self.result_list:
            row.staff = users.get(row.user_id, f"user {row.user_id}") if row.user_id is not None else None


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "about", "kind", "on_hand", "held", "why", "who")
    list_display_links = None
    search_fields = ("product_id",)
    search_help_text = "The id of a product."
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LedgerList]:
        return LedgerList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movement], search_term: str
    ) -> tuple[QuerySet[Movement], bool]:
        return product_ids_in(queryset, search_term), False

    @admin.display(description="product")
    def about(self, movement: Movement) -> str:
        return getattr(movement, "product_name", str(movement.product_id))

    @admin.display(description="on hand", empty_value="")
    def on_hand(self, movement: Movement) -> str | None:
        return f"{movement.on_hand_change:+,}" if movement.on_hand_change else None

    @admin.display(description="held", empty_value="")
    def held(self, movement: Movement) -> str | None:
        return f"{movement.held_change:+,}" if movement.held_change else None

    @admin.display(description="why")
    def why(self, movement: Movement) -> str:
        return movement.reason or f"reservation {movement.reservation_id}"

    @admin.display(description="who", empty_value="")
    def who(self, movement: Movement) -> str | None:
        staff = getattr(movement, "staff", None)
        return None if staff is None else str(staff)
