"""Reviews by what was decided about them, each choice by an index.

The partial indexes know the waiting and the hidden ones. Almost all others are approved, so no index tells them apart:
that choice looks through the newest alone.
"""

from typing import TYPE_CHECKING, Any, Final

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Review
from shop.events.admin_bases import oldest_of_newest

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

LOOKED_THROUGH: Final = 10_000
PARAMETER: Final = "status"


class StatusFilter(SimpleListFilter):
    title = "status"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [
            (Review.Status.NEW, "Waiting"),
            (Review.Status.HIDDEN, "Hidden"),
            (Review.Status.APPROVED, f"Approved (of the newest {LOOKED_THROUGH:,})"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        status = self.value()
        if status not in Review.Status.values:
            return queryset
        if status == Review.Status.APPROVED:
            return queryset.filter(pk__gte=oldest_of_newest(Review.objects.all(), LOOKED_THROUGH), status=status)
        return queryset.filter(status=status)


def queue_ordering(request: HttpRequest) -> tuple[str, ...]:
    """The order that the index of the chosen status has."""
    indexed = (Review.Status.NEW, Review.Status.HIDDEN)
    return ("-created_at", "-id") if request.GET.get(PARAMETER) in indexed else ("-id",)
