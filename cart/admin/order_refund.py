"""The page on which an order's money is given back. Not inside a transaction: the provider is asked."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminRadioSelectWidget

from cart.checkout.fulfilment import OrderMovedError
from cart.checkout.refunding import PAID, refund_order
from cart.models import Order
from cart.payments import PaymentInDoubtError
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError


class RefundForm(forms.Form):
    goods = forms.ChoiceField(
        label="The goods",
        choices=[("back", "come back: put them on the shelf again"), ("gone", "do not come back")],
        widget=UnfoldAdminRadioSelectWidget,
    )


class OrderRefund(ReadOnlyAdmin):
    """To be mixed into the admin of orders."""

    actions_detail = ("refund",)

    def has_fulfil_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("cart.change_order")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """No button where there is nothing to give back."""
        order: Order | None = self.get_object(request, object_id)
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered if order is not None and order.status in PAID else []

    @action(description="Refund …", url_path="refund", permissions=["fulfil"])  # type: ignore[untyped-decorator]
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self.get_object(request, object_id)
        if order is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return gone
        form = RefundForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._refund(request, order.pk, takes_back=form.cleaned_data["goods"] == "back")
            return redirect("admin:cart_order_change", order.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "order": order,
            "form": form,
            "title": f"Refund {order}",
            "is_paid": order.status in PAID,
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/cart/order/refund.html", context, status=status)

    def _refund(self, request: HttpRequest, order_id: UUID, *, takes_back: bool) -> None:
        user_id: Any = request.user.pk
        try:
            refund_order(order_id=order_id, takes_back=takes_back, user_id=user_id)
        except PaymentInDoubtError:
            text = "The refund is under way, and goes on by itself: the provider or the shop does not answer now."
            self.message_user(request, text, messages.WARNING)
        except OrderMovedError as error:
            self.message_user(request, str(error), messages.WARNING)
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, "The money was given back.", messages.SUCCESS)
