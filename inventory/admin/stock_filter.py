"""What is running short. No index holds it: one would be written by every sale. So it is looked for among the newest
products, and the filter says so."""

from typing import Any, Final

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest

from inventory.models import Stock

LOOKED_THROUGH: Final = 10_000
SCARCE: Final = 5


class ShortageFilter(SimpleListFilter):
    title = f"shortage, of the newest {LOOKED_THROUGH:,}"
    parameter_name = "short"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("out", "Sold out"), ("scarce", f"1 to {SCARCE} left"), ("held", "Some are held")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        newest = Stock.objects.order_by("-product_id").values("product_id")[:LOOKED_THROUGH]
        match self.value():
            case "out":
                return queryset.filter(pk__in=newest, on_hand=F("held"))
            case "scarce":
                return queryset.filter(pk__in=newest, on_hand__gt=F("held"), on_hand__lte=F("held") + SCARCE)
            case "held":
                return queryset.filter(pk__in=newest, held__gt=0)
        return queryset
