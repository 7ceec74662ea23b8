"""A product's history page: what happened to it and to its price, which has the same id; the newest first."""

from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse

from catalog.models import Price, Product
from shop.events.admin_bases import AnnouncingAdmin

ENTRIES_PER_PAGE: Final = 100


class ProductHistory(AnnouncingAdmin):
    """To be mixed into the admin of products."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        kinds = ContentType.objects.get_for_models(Product, Price).values()
        entries = LogEntry.objects.filter(object_id=unquote(object_id), content_type__in=list(kinds))
        newest = entries.select_related("user").order_by("-action_time", "-id")
        paginator = self.get_paginator(request, newest, ENTRIES_PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        context = {
            "action_list": page,
            "pagination_required": paginator.count > ENTRIES_PER_PAGE,
            "page_range": paginator.get_elided_page_range(page.number),
        }
        response: HttpResponse = super().history_view(request, object_id, context | (extra_context or {}))
        return response
