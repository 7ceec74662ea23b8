"""Reservations, with what they hold: read only, but that staff may give the goods back before the time is up."""

from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from inventory.admin.product_links import product_link
from inventory.admin.product_search import whole_number
from inventory.models import Reservation, ReservationLine
from inventory.staff import names_of, release_by_hand
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError, or_busy

MOST_RELEASED: Final = 500


class LinesFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold has no types
    """Its rows know the links of their products, which depend on who looks."""

    viewer: HttpRequest
    _lines: QuerySet[ReservationLine] | None = None

    def get_queryset(self) -> QuerySet[ReservationLine]:
        if self._lines is None:
            lines: QuerySet[ReservationLine] = super().get_queryset()
            names = names_of(product_ids=[line.product_id for line in lines]) or {}
            for line in lines:
                line.product_link = product_link(self.viewer, line.product_id, names)  # type: ignore[attr-defined]
            self._lines = lines
        return self._lines


class LineInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = ReservationLine
    formset = LinesFormSet
    fields = ("about", "quantity")
    readonly_fields = fields
    verbose_name_plural = "what it holds"
    hide_title = True
    extra = 0
    max_num = 0
    can_delete = False

    ordering = ("product_id",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"viewer": request})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may see a reservation sees what it holds."""
        user: Any = request.user
        return bool(user.has_perm("inventory.view_reservation") or user.has_perm("inventory.change_reservation"))

    @admin.display(description="product")
    def about(self, line: ReservationLine) -> str:
        return getattr(line, "product_link", str(line.product_id))


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("id", "state", "reference", "expires_at", "created_at", "closed_at")
    list_filter = ("status",)
    search_fields = ("reference",)
    search_help_text = "The id of a reservation, or the whole of its reference."
    ordering = ("-id",)
    sortable_by = ("id",)
    fields = ("state", "reference", "created_at", "expires_at", "closed_at")
    readonly_fields = fields
    inlines = (LineInline,)
    actions = ("release_goods",)

    def has_release_permission(self, request: HttpRequest) -> bool:
        """Whether they may end reservations: those who may change them, though nobody types over a row."""
        user: Any = request.user
        return bool(user.has_perm("inventory.change_reservation"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(whole_number(one) for one in chosen):
            raise BadRequest("a selection of rows is a list of ids")
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Reservation], search_term: str
    ) -> tuple[QuerySet[Reservation], bool]:
        """By id and by reference, each of which has an index."""
        text = search_term.strip()
        if not text:
            return queryset, False
        found = Q(reference=text)
        if (number := whole_number(text)) is not None:
            found |= Q(pk=number)
        return queryset.filter(found), False

    @admin.action(description="Give the goods back", permissions=["release"])
    def release_goods(self, request: HttpRequest, queryset: QuerySet[Reservation]) -> None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_RELEASED + 1])
        if len(ids) > MOST_RELEASED:
            text = f"More than {MOST_RELEASED} are too many at once. Nothing was done: narrow the list."
            self.message_user(request, text, messages.ERROR)
            return
        user_id: Any = request.user.pk
        try:
            with or_busy():
                released = release_by_hand(reservation_ids=ids, user_id=user_id)
        except RowsBusyError:
            text = "Somebody else holds one of these rows. Those before it were released: try again for the others."
            self.message_user(request, text, messages.ERROR)
            return
        closed = len(ids) - released
        note = f" {closed:,} had been closed before." if closed else ""
        text = f"{released:,} {'reservation has' if released == 1 else 'reservations have'} given back the goods.{note}"
        self.message_user(request, text, messages.SUCCESS if released else messages.WARNING)

    @display(
        description="status",
        label={"open": "info", "committed": "success", "released": "warning", "expired": "danger"},
    )  # type: ignore[untyped-decorator]
    def state(self, reservation: Reservation) -> str:
        return reservation.status
