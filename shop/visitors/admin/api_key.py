"""API keys, newest first: whose they are, whether they open anything, when they were last used."""

from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import display

from shop.visitors.admin.api_key_pages import ApiKeyPages
from shop.visitors.models import ApiKey

MOST_REVOKED: Final = 500
COLOURS: Final = {"in force": "success", "revoked": "danger", "expired": "warning", "owner is shut out": "warning"}


@admin.register(ApiKey)
class ApiKeyAdmin(ApiKeyPages):
    list_display = ("name", "public_part", "owner", "state", "made_at", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("prefix",)
    search_help_text = "The public part of a key, or the whole user name of its owner."
    ordering = ("-id",)
    fields = ("name", "public_part", "owner", "state", "made_at", "expires_at", "revoked_at", "last_used_at")
    readonly_fields = fields
    actions: Any = ("revoke",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ApiKey], search_term: str
    ) -> tuple[QuerySet[ApiKey], bool]:
        """By what an index finds. Whoever pastes a whole key finds it by its prefix."""
        text = search_term.strip()
        if not text:
            return queryset, False
        prefix = text.removeprefix("lk_").partition("_")[0]
        # Its id first: no index finds what is either here or in another table.
        owner_id = User.objects.filter(username=text).values_list("pk", flat=True).first()
        return queryset.filter(Q(prefix=prefix) | Q(owner_id=owner_id)), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A selection that is not made of ids is refused, not looked up."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in chosen):
            raise BadRequest("a selection of rows is a list of ids")
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_REVOKED + 1])
        if len(ids) > MOST_REVOKED:
            text = f"More than {MOST_REVOKED} are too many at once. Nothing was done: narrow the list."
            self.message_user(request, text, messages.ERROR)
            return
        self.revoke_keys(request, ids)

    @admin.display(description="key")
    def public_part(self, key: ApiKey) -> str:
        return f"lk_{key.prefix}_…"

    @display(description="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state(self, key: ApiKey) -> str:
        if key.revoked_at is not None:
            return "revoked"
        if key.is_over(now=timezone.now()):
            return "expired"
        return "in force" if key.owner.is_active and key.owner.is_staff else "owner is shut out"
