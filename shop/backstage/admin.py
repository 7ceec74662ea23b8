"""What staff see of the change log, the history of changes, and who may come behind the counter."""

from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from shop.backstage.change_log_admin import ChangeAdmin, DatabaseIdentityAdmin, StationAdmin, TraceAdmin
from shop.backstage.history_admin import HistoryAdmin
from shop.backstage.staff_filter import StaffFilter
from shop.events.admin_bases import ToldChanges
from shop.events.admin_bases.bounded_list import BoundedListAdmin
from shop.events.fast_path import announced_changes
from shop.visitors.own_session import keeping_own_session

__all__ = [
    "ChangeAdmin",
    "DatabaseIdentityAdmin",
    "HistoryAdmin",
    "StaffAdmin",
    "StaffGroupAdmin",
    "StationAdmin",
    "TraceAdmin",
]

# What is a user's own, as Django calls it where it says which rights somebody lacks.
GOES_ALONG: Final = {"cart", "API key"}

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(ToldChanges, UserAdmin, BoundedListAdmin):  # type: ignore[misc,type-arg]  # unfold has no types
    """Customers are users too, so this list may be the longest of all."""

    list_filter = (StaffFilter,)
    sortable_by = ("username",)
    search_fields = ("username",)
    search_help_text = "A whole user name, however it is written, or how it begins. A customer's is their email."
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """By what an index finds."""
        if term := search_term.strip():
            queryset = queryset.filter(Q(username__iexact=term) | Q(username__startswith=term))
        return queryset, False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nobody deletes a cart or a key by hand, but whoever may delete a user deletes theirs with them."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return listed, counts, lacking - GOES_ALONG, protected

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is let in no more is out at their next request."""
        with announced_changes():
            super().save_model(request, obj, form, change)

    @method_decorator(keeping_own_session)
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  Django's
        response: HttpResponse = super().user_change_password(request, id, form_url)
        return response

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        with announced_changes():
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        with announced_changes():
            super().delete_queryset(request, queryset)


@admin.register(Group)
class StaffGroupAdmin(ToldChanges, GroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    pass
