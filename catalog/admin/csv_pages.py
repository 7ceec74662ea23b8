"""Files of products in the admin: one page to bring them in and to take them out, and an action on a selection.

Invariants: nothing of an upload is read before its sender is known to be staff who may change products, since this
address alone takes 20 MB; an export never holds more than a batch of rows.
"""

import base64
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from unfold.decorators import action

from catalog.admin.csv_forms import ExportForm, ImportForm
from catalog.csv import ImportConflictError, Mode, Report, errors_as_csv, exported, import_products
from catalog.models import Product
from catalog.tree_order import ids_within
from shop.events.admin_bases import AnnouncingAdmin

SHOWN_ERRORS: Final = 200


class CsvPages(AnnouncingAdmin):
    """The admin of products stands on this."""

    actions_list: Any = ("csv_files",)

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            # Exempt outside and protected inside: the check for forged requests reads the body, after permissions.
            path("csv/", site.admin_view(csrf_exempt(self.csv_view)), name="catalog_product_csv"),
            path("csv/export/", site.admin_view(self.export_view), name="catalog_product_export"),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if (export := self.get_action("export_selected")) and self.has_view_permission(request):
            actions["export_selected"] = export
        return actions

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.may_import(request):
            raise PermissionDenied
        response: HttpResponse = csrf_protect(self._csv_page)(request)
        return response

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Every product, or those of `?category=` and of all below it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.GET)
        if not form.is_valid():
            raise BadRequest("there is no such category")
        slug = form.cleaned_data["category"]
        products = Product.objects.filter(category__in=ids_within(slug=slug)) if slug else Product.objects.all()
        return _download(products, slug or "products")

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Product]) -> StreamingHttpResponse:
        return _download(queryset, "selection")

    @action(description="Import and export", url_path="csv-files", icon="csv", permissions=["view"])  # type: ignore[untyped-decorator]
    def csv_files(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:catalog_product_csv")

    def may_import(self, request: HttpRequest) -> bool:
        """Whether they may add and change products, and prices too."""
        user: Any = request.user
        prices = all(user.has_perm(f"catalog.{verb}_price") for verb in ("add", "change"))
        return bool(prices and self.has_add_permission(request) and self.has_change_permission(request))

    def _csv_page(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        report: Report | None = None
        if form.is_valid():
            data, user_id = form.cleaned_data["file"].read(), int(str(request.user.pk))
            try:
                report = import_products(data=data, mode=Mode(form.cleaned_data["mode"]), user_id=user_id)
            except ImportConflictError as error:
                form.add_error(None, f"{error} Nothing was imported: try again.")
        context = {
            **self.admin_site.each_context(request),
            "title": "Import and export",
            "import_form": form if self.may_import(request) else None,
            "export_form": ExportForm(),
            "report": report,
            "report_mode": form.cleaned_data["mode"] if report else "",
            "shown_errors": report.errors[:SHOWN_ERRORS] if report else (),
            "errors_file": _as_address(errors_as_csv(errors=report.errors)) if report and report.errors else "",
        }
        return TemplateResponse(request, "admin/catalog/product/csv.html", context, status=_status(form, report))


def _status(form: ImportForm, report: Report | None) -> int:
    refused = form.is_bound and (report is None or report.unreadable)
    return 422 if refused else 200


def _download(products: QuerySet[Product], name: str) -> StreamingHttpResponse:
    file_name = f"larder-{name}-{timezone.now():%Y-%m-%d}.csv"
    response = StreamingHttpResponse(exported(products=products), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _as_address(file: bytes) -> str:
    """The file as an address of its own: to be downloaded without being kept anywhere."""
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(file).decode("ascii")
