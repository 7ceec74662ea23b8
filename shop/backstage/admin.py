"""The change log, the database's name, the history of changes, and who may come behind the counter."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from shop.backstage.history_admin import HistoryAdmin
from shop.events.admin_bases import ReadOnlyAdmin, ToldChanges
from shop.events.models import Change, DatabaseIdentity

__all__ = ["ChangeAdmin", "DatabaseIdentityAdmin", "HistoryAdmin", "StaffAdmin", "StaffGroupAdmin"]

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("id", "entity", "operation", "rows", "transaction", "written_at", "applied_at")
    ordering = ("-id",)

    @admin.display(description="rows")
    def rows(self, change: Change) -> int:
        return len(change.ids)


@admin.register(DatabaseIdentity)
class DatabaseIdentityAdmin(ReadOnlyAdmin):
    list_display = ("database_id",)


@admin.register(User)
class StaffAdmin(ToldChanges, UserAdmin, ModelAdmin):  # type: ignore[misc,type-arg]  # unfold has no types
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class StaffGroupAdmin(ToldChanges, GroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    pass
