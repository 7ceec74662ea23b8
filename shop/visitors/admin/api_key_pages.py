"""The page that makes a key, the one that shows it once, and the one that revokes it.

Invariant: the whole key stands in one answer, to the request that made it, and that answer is not stored by browsers.
It is no message of Django's: those may be kept in the session, which is in the database. Who reloads the page makes no
second key, since the name is taken. Proved by tests/integration/test_api_key_admin.py.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action

from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError
from shop.visitors.admin.api_key_form import ApiKeyForm
from shop.visitors.api_keys import KeyNameTakenError, MadeKey, NotStaffError, make_api_key, revoke_api_keys
from shop.visitors.models import ApiKey


class ApiKeyPages(ReadOnlyAdmin):
    """To be mixed into the admin of keys."""

    actions_detail: Any = ("revoke_this",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm("visitors.add_apikey"))

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether they may revoke keys, anybody's: those who may change keys, though nobody types over one."""
        user: Any = request.user
        return bool(user.has_perm("visitors.change_apikey"))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """No button where there is nothing to revoke."""
        key: ApiKey | None = self.get_object(request, object_id)
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered if key is not None and key.revoked_at is None else []

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        maker: Any = request.user
        form = ApiKeyForm(request.POST if request.method == "POST" else None, maker=maker)
        if form.is_valid() and (made := self._make(form, maker)):
            return self._page(request, "made", title="The new key", key=made.row, whole=made.whole)
        status = 422 if form.is_bound else 200
        return self._page(request, "make", title="Make an API key", form=form, status=status)

    @action(description="Revoke …", url_path="revoke", permissions=["revoke"])  # type: ignore[untyped-decorator]
    def revoke_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key: ApiKey | None = self.get_object(request, object_id)
        if key is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return gone
        if request.method == "POST":
            self.revoke_keys(request, [key.pk])
            return redirect("admin:visitors_apikey_change", key.pk)
        return self._page(request, "revoke", title=f"Revoke {key}", key=key)

    def revoke_keys(self, request: HttpRequest, key_ids: list[int]) -> None:
        """Revoke them, and tell what came of it."""
        user: Any = request.user
        try:
            revoked = revoke_api_keys(key_ids=key_ids, revoked_by=user, now=timezone.now())
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        others = len(key_ids) - revoked
        note = f" {others:,} had been revoked before." if others else ""
        text = f"{revoked:,} {'key is' if revoked == 1 else 'keys are'} revoked now.{note}"
        self.message_user(request, text, messages.SUCCESS if revoked else messages.WARNING)

    def _make(self, form: ApiKeyForm, maker: Any) -> MadeKey | None:
        now, lasts = timezone.now(), form.cleaned_data["lasts"]
        expires_at = None if lasts is None else now + lasts
        try:
            return make_api_key(
                owner=form.owner_of_key, name=form.cleaned_data["name"], made_by=maker, now=now, expires_at=expires_at
            )
        except (KeyNameTakenError, NotStaffError) as error:
            form.add_error("name" if isinstance(error, KeyNameTakenError) else None, str(error))
            return None

    def _page(self, request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
        everything = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/visitors/apikey/{name}.html", everything, status=status)
