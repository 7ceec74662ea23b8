"""What staff narrow the list of products by. An index answers each (tests/integration/test_admin_scale.py)."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.bulk.selection import NOT_ON_SALE, ON_SALE
from catalog.models import Category, Price, Product
from catalog.tree_order import ids_within, in_tree_order
from shop.events.admin_bases import oldest_of_newest

# No index holds what is not there, so products without a price are looked for among the newest.
LOOKED_THROUGH: Final = 10_000
INDENT: Final = "\N{NO-BREAK SPACE}" * 4


def category_choices() -> list[tuple[str, str]]:
    """Slug and name of every category, indented as the tree is."""
    placed = in_tree_order(Category.objects.only("id", "parent", "name", "slug", "position"))
    return [(one.category.slug, INDENT * one.depth + one.category.name) for one in placed]


class PriceFilter(SimpleListFilter):
    title = "price"
    parameter_name = "priced"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [
            ("sale", "On sale"),
            ("regular", "Not on sale"),
            ("none", f"No price (of the newest {LOOKED_THROUGH:,})"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        match self.value():
            case "sale":
                return queryset.filter(ON_SALE)
            case "regular":
                return queryset.filter(NOT_ON_SALE)
            case "none":
                are_newest = Q(pk__gte=oldest_of_newest(Product.objects.all(), LOOKED_THROUGH))
                # A join would read the prices of all products.
                return queryset.filter(are_newest).exclude(pk__in=Price.objects.filter(are_newest).values("pk"))
        return queryset


class CategoryFilter(SimpleListFilter):
    """A select with the whole tree; a category stands for everything below it."""

    title = "category"
    parameter_name = "category"
    template = "admin/catalog/product/_select_filter.html"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return category_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        slug = self.value()
        return queryset.filter(category_id__in=ids_within(slug=slug)) if slug else queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        choices = [("", "All"), *((str(value), str(label)) for value, label in self.lookup_choices)]
        field = forms.ChoiceField(
            label=self.title.capitalize(), choices=choices, required=False, widget=UnfoldAdminSelectWidget
        )
        form = type("CategoryFilterForm", (forms.Form,), {self.parameter_name: field})
        yield {"form": form({self.parameter_name: self.value() or ""})}
