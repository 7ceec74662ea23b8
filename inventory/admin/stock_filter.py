"""What is running short. No index holds it: one would be written by every sale. So it is looked for among the newest
products, and the filter says so."""

from typing import Any, Final

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest

from inventory.models import Stock
from shop.events.admin_bases import oldest_of_newest

LOOKED_THROUGH: Final = 10_000
SCARCE: Final = 5


class ShortageFilter(SimpleListFilter):
    title = f"shortage, of the newest {LOOKED_THROUGH:,}"
    parameter_name = "short"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("out", "Sold out"), ("scarce", f"1 to {SCARCE} left"), ("held", "Some are held")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        newest = queryset.filter(pk__gte=oldest_of_newest(Stock.objects.all(), LOOKED_THROUGH))
        match self.value():
            case "out":
                return newest.filter(on_hand=F("held"))
            case "scarce":
                return newest.filter(on_hand__gt=F("held"), on_hand__lte=F("held") + SCARCE)
            case "held":
                return newest.filter(held__gt=0)
        return queryset
