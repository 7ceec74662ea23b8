"""How often products were looked at, the most viewed first; each with its last two weeks, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from analytics.models import DailyViews, ProductViews
from analytics.visitors import VISITORS
from inventory.admin.product_links import NamingChangeList, product_link
from inventory.admin.product_search import product_ids_in
from shop.events.admin_bases import ReadOnlyAdmin

DAYS: Final = 14


class ViewsList(NamingChangeList):
    """Knows today's views of a page's products, read at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        ids = [row.product_id for row in self.result_list]
        rows = DailyViews.objects.filter(product_id__in=ids, day=timezone.now().date())
        counts = dict(rows.values_list("product_id", "count"))
        for row in self.result_list:
            row.views_today = counts.get(row.product_id, 0)


@admin.register(ProductViews)
class ProductViewsAdmin(ReadOnlyAdmin):
    list_display = ("about", "all_views", "today")
    # Makes the search box appear; what it finds is get_search_results' work.
    search_fields = ("product_id",)
    search_help_text = "The id of a product."
    # The only order that an index has: the other way round, a million products with one view each would be sorted.
    ordering = ("-total", "-product_id")
    fields = ("product", "all_views", "visitors_today", "visitors_yesterday")
    readonly_fields = fields
    change_form_after_template = "admin/analytics/productviews/days.html"

    class Media:
        css: ClassVar = {"all": ["analytics/views.css"]}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ViewsList]:
        return ViewsList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ProductViews], search_term: str
    ) -> tuple[QuerySet[ProductViews], bool]:
        return product_ids_in(queryset, search_term), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ProductViews | None:
        """With its product's link, which depends on who looks."""
        views: ProductViews | None = super().get_object(request, object_id, from_field)
        if views is not None:
            views.product_link = product_link(request, views.product_id)  # type: ignore[attr-defined]
        return views

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        views = super().get_object(request, unquote(object_id))
        days = last_days(views.product_id, today=timezone.now().date()) if views is not None else ()
        context = {**(extra_context or {}), "days": days, "busiest": max((count for _, count in days), default=0)}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    @admin.display(description="product")
    def about(self, views: ProductViews) -> str:
        return getattr(views, "product_name", str(views.product_id))

    @admin.display(description="product")
    def product(self, views: ProductViews) -> str:
        return getattr(views, "product_link", str(views.product_id))

    @admin.display(description="views")
    def all_views(self, views: ProductViews) -> str:
        return f"{views.total:,}"

    @admin.display(description="today")
    def today(self, views: ProductViews) -> str:
        return f"{getattr(views, 'views_today', 0):,}"

    @admin.display(description="visitors today")
    def visitors_today(self, views: ProductViews) -> str:
        return _about(views.product_id, timezone.now().date())

    @admin.display(description="visitors yesterday")
    def visitors_yesterday(self, views: ProductViews) -> str:
        return _about(views.product_id, timezone.now().date() - timedelta(days=1))


def last_days(product_id: int, *, today: date) -> Sequence[tuple[date, int]]:
    """Each of the last DAYS days with its views, today first."""
    first = today - timedelta(days=DAYS - 1)
    rows = DailyViews.objects.filter(product_id=product_id, day__gte=first, day__lte=today)
    counts = dict(rows.values_list("day", "count"))
    days = (today - timedelta(days=ago) for ago in range(DAYS))
    return [(day, counts.get(day, 0)) for day in days]


def _about(product_id: int, day: date) -> str:
    visitors = VISITORS.of(product_id=product_id, day=day)
    return "not known while Redis is away" if visitors is None else f"about {visitors:,}"
