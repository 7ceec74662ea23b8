"""The pages of a flash sale: its terms, and every price before, while and after it is on.

Each answer to a form is a redirect, so that a reload sends nothing twice; and if it does, the sale's state decides.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from catalog.admin.flash_sale_forms import DecisionForm, TermsForm
from catalog.flash_sales.preview import preview_sale
from catalog.flash_sales.products import written_lines
from catalog.flash_sales.scheduling import cancel_sale, edit_sale, items_of, schedule_sale
from catalog.flash_sales.turning import FlashSaleNotFoundError, FlashSaleStateError, end_sale, start_sale
from catalog.models import FlashSale
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError
from shop.events.reach import Reach, reach_of

DECISIONS: Final[dict[str, tuple[Callable[..., Any], str]]] = {
    "start": (start_sale, "The sale is on."),
    "end": (end_sale, "The sale has ended. Every price is what the shop asks without it."),
    "cancel": (cancel_sale, "Cancelled. No price was changed."),
}


class FlashSalePages(ReadOnlyAdmin):
    """To be mixed into the admin of sales."""

    def get_urls(self) -> list[URLPattern]:
        edit = path("<int:sale_id>/edit/", self.admin_site.admin_view(self.edit_view), name="catalog_flashsale_edit")
        return [edit, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user_id = self._allowed(request)
        form = TermsForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                sale_id = schedule_sale(form.cleaned_data["terms"], user_id=user_id)
            except ValidationError as error:
                form.refuse(error)
            except RowsBusyError as error:
                form.add_error(None, str(error))
            else:
                return redirect("admin:catalog_flashsale_change", sale_id)
        return self._page(request, "form", title="New flash sale", form=form)

    def edit_view(self, request: HttpRequest, sale_id: int) -> HttpResponse:
        """The terms of a sale that has not started."""
        user_id = self._allowed(request)
        sale = FlashSale.objects.filter(pk=sale_id, state=FlashSale.State.SCHEDULED).first()
        if sale is None:
            return redirect("admin:catalog_flashsale_change", sale_id)
        form = TermsForm(request.POST or None, kept=items_of(sale), initial=_initial(sale))
        if request.method == "POST" and form.is_valid():
            try:
                edit_sale(sale_id=sale_id, terms=form.cleaned_data["terms"], user_id=user_id)
            except ValidationError as error:
                form.refuse(error)
            except RowsBusyError as error:
                form.add_error(None, str(error))
            except (FlashSaleStateError, FlashSaleNotFoundError) as error:
                self.message_user(request, str(error), messages.WARNING)
                return redirect("admin:catalog_flashsale_change", sale_id)
            else:
                return redirect("admin:catalog_flashsale_change", sale_id)
        return self._page(request, "form", title=f"Edit “{sale}”", form=form, sale=sale)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Every price, what the sale makes of it, and the buttons."""
        sale = self.get_object(request, unquote(object_id))
        if sale is None:
            response: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return response
        if not self.has_view_permission(request, sale):
            raise PermissionDenied
        form = DecisionForm(request.POST or None)
        if request.method == "POST" and self._decided(request, sale, form):
            return redirect("admin:catalog_flashsale_change", sale.pk)
        page = request.GET.get("page", "")
        return self._page(
            request,
            "sale",
            title=str(sale),
            sale=sale,
            preview=preview_sale(
                sale=sale, page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
            ),
            form=form,
            reaches=_reaches(sale),
            may_decide=self.has_turn_permission(request),
        )

    def has_turn_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_flashsale")

    def _decided(self, request: HttpRequest, sale: FlashSale, form: DecisionForm) -> bool:
        """Whether the decision was taken, or refused for good; the form says what is wrong with it otherwise."""
        user_id = self._allowed(request)
        if request.POST.get("decision") not in DECISIONS:
            raise BadRequest("a sale is started, ended or cancelled")
        if not form.is_valid():
            return False
        operation, done = DECISIONS[request.POST["decision"]]
        try:
            operation(sale_id=sale.pk, user_id=user_id)
            self.message_user(request, done, messages.SUCCESS)
        except (FlashSaleStateError, FlashSaleNotFoundError) as error:
            self.message_user(request, f"Nothing was changed now. {error}", messages.WARNING)
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
        return True

    def _allowed(self, request: HttpRequest) -> int:
        """The id of the user, who may change sales. Raises PermissionDenied."""
        if not self.has_turn_permission(request) or request.user.pk is None:
            raise PermissionDenied
        return request.user.pk

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        form = context["form"]
        everything = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        template = f"admin/catalog/flashsale/{name}.html"
        return TemplateResponse(request, template, everything, status=422 if form.is_bound and form.errors else 200)


def _reaches(sale: FlashSale) -> dict[str, Reach]:
    """How long its start and its end took to reach everyone, while there are traces of them."""
    turns = {"started": (sale.started_in, sale.started_at)}
    if sale.started_at is not None:
        turns["ended"] = (sale.ended_in, sale.ended_at)
    found = {news: reach_of(number, since=moment) for news, (number, moment) in turns.items() if moment is not None}
    return {news: reach for news, reach in found.items() if reach is not None}


def _initial(sale: FlashSale) -> dict[str, Any]:
    """A browser's field for a time knows no zone."""
    times = {name: getattr(sale, name) for name in ("starts_at", "ends_at")}
    return {
        "name": sale.name,
        "percent_off": sale.percent_off,
        "products": written_lines(sale_id=sale.pk),
        **{name: f"{time:%Y-%m-%dT%H:%M:%S}" for name, time in times.items() if time is not None},
    }
