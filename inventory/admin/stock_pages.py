"""The page by which staff receive goods, and the one by which they set a count right.

Each first asks which product, in its address, then how many. A form that is sent again does nothing again: what was
done since it was shown is told, and asks to be pressed again.
"""

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localtime
from unfold.decorators import action

from inventory.admin.product_links import named, product_link
from inventory.admin.stock_forms import AdjustForm, ProductForm, ReceiveForm
from inventory.models import Movement, Stock
from inventory.operations import StockTooLowError
from inventory.staff import ByHand, MovedMeanwhileError, move_by_hand, newest_by_hand
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError, or_busy

TITLES: Final = {ByHand.RECEIVE: "Receive goods", ByHand.ADJUST: "Adjust after a count"}
FORMS: Final = {ByHand.RECEIVE: ReceiveForm, ByHand.ADJUST: AdjustForm}


class StockPages(ReadOnlyAdmin):
    """To be mixed into the admin of stock."""

    actions_list: Any = ("receive_goods", "adjust_stock")
    actions_detail: Any = ("receive_these", "adjust_these")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.by_hand_view)
        by_hand = [path(f"{what}/", view, {"what": what}, name=f"inventory_stock_by_hand_{what}") for what in ByHand]
        return [*by_hand, *super().get_urls()]

    def has_move_by_hand_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether they may move goods: those who may change stock, though nobody types over a row."""
        user: Any = request.user
        return bool(user.has_perm("inventory.change_stock"))

    @action(description="Receive goods", url_path="to-receive", icon="add_box", permissions=["move_by_hand"])  # type: ignore[untyped-decorator]
    def receive_goods(self, request: HttpRequest) -> HttpResponse:
        return redirect(address_of(ByHand.RECEIVE))

    @action(description="Adjust after a count", url_path="to-adjust", icon="rule", permissions=["move_by_hand"])  # type: ignore[untyped-decorator]
    def adjust_stock(self, request: HttpRequest) -> HttpResponse:
        return redirect(address_of(ByHand.ADJUST))

    @action(description="Receive goods", url_path="to-receive", icon="add_box", permissions=["move_by_hand"])  # type: ignore[untyped-decorator]
    def receive_these(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(f"{address_of(ByHand.RECEIVE)}?product={object_id}")

    @action(description="Adjust after a count", url_path="to-adjust", icon="rule", permissions=["move_by_hand"])  # type: ignore[untyped-decorator]
    def adjust_these(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(f"{address_of(ByHand.ADJUST)}?product={object_id}")

    def by_hand_view(self, request: HttpRequest, what: ByHand) -> HttpResponse:
        """Which product, then how many."""
        if not self.has_move_by_hand_permission(request):
            raise PermissionDenied
        choosing = ProductForm(request.GET if "product" in request.GET else None)
        if not choosing.is_valid():
            return self._page(request, what, choosing)
        product_id: int = choosing.cleaned_data["product"]
        newest = newest_by_hand(product_id=product_id)
        if request.method != "POST":
            form = FORMS[what](initial={"seen": newest.pk if newest else 0})
            return self._page(request, what, form, product_id, newest)
        form = FORMS[what](request.POST)
        if form.is_valid() and (done := self._move(request, what, product_id, form)):
            text = f"{done.on_hand:,} of {named(product_id)} are on hand now; {done.held:,} held."
            self.message_user(request, text, messages.SUCCESS)
            return redirect("admin:inventory_stock_change", product_id)
        return self._page(request, what, form, product_id, newest_by_hand(product_id=product_id))

    def _move(self, request: HttpRequest, what: ByHand, product_id: int, form: Any) -> Stock | None:
        user_id: Any = request.user.pk
        try:
            with or_busy():
                return move_by_hand(product_id=product_id, what=what, user_id=user_id, **form.cleaned_data)
        except MovedMeanwhileError as error:
            form.add_error(None, f"{_told(error.newest)} Nothing was done now: send this again if it is meant as well.")
            # The next press knows of it.
            form.data = form.data.copy()
            form.data["seen"] = error.newest.pk
        except StockTooLowError as error:
            form.add_error("change", str(error))
        except RowsBusyError as error:
            form.add_error(None, str(error))
        return None

    def _page(
        self,
        request: HttpRequest,
        what: ByHand,
        form: Any,
        product_id: int | None = None,
        newest: Movement | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLES[what],
            "form": form,
            "newest": _told(newest) if newest else "",
            "stock": Stock.objects.filter(product_id=product_id).first() if product_id else None,
            "product": product_link(request, product_id) if product_id else "",
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/inventory/stock/by_hand.html", context, status=status)


def address_of(what: ByHand) -> str:
    return reverse(f"admin:inventory_stock_by_hand_{what}")


def _told(movement: Movement) -> str:
    """Who did what last: `ann received 12 at 2026-11-24 10:02 (delivery 4711).`"""
    who = get_user_model().objects.filter(pk=movement.user_id or 0).first()
    when = f"{localtime(movement.created_at):%Y-%m-%d %H:%M:%S}"
    return (
        f"{who or 'Somebody who has left'} {movement.kind} {movement.on_hand_change:+,} at {when} ({movement.reason})."
    )
