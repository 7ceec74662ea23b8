"""Who works here, among all who buy; a partial index knows them (shop/visitors/migrations/0004)."""

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest


class StaffFilter(SimpleListFilter):
    title = "who they are"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("staff", "Staff"), ("former", "Staff who may not log in"), ("superusers", "Superusers")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "staff":
                return queryset.filter(is_staff=True)
            case "former":
                return queryset.filter(is_staff=True, is_active=False)
            case "superusers":
                return queryset.filter(is_staff=True, is_superuser=True)
        return queryset
