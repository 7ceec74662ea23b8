"""What can be done to many products from their list: to those that are ticked, or to all that match."""

from decimal import Decimal

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from catalog.bulk.flags import Flag, set_flag
from catalog.bulk.price_preview import make_plan
from catalog.bulk.selection import TooManyProductsError, chosen_ids
from catalog.flash_sales.scheduling import schedule_sale
from catalog.flash_sales.terms import Terms
from catalog.models import Product
from shop.events.admin_bases import AnnouncingAdmin
from shop.events.busy import RowsBusyError


class ProductActions(AnnouncingAdmin):
    """To be mixed into the admin of products."""

    actions = ("publish", "withdraw", "feature", "unfeature", "change_prices", "put_into_sale")

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set(request, queryset, "is_published", value=True, done="published")

    @admin.action(description="Withdraw from the shop", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set(request, queryset, "is_published", value=False, done="withdrawn")

    @admin.action(description="Put into the shop window", permissions=["change"])
    def feature(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set(request, queryset, "is_featured", value=True, done="put into the shop window")

    @admin.action(description="Take out of the shop window", permissions=["change"])
    def unfeature(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set(request, queryset, "is_featured", value=False, done="taken out of the shop window")

    @admin.action(description="Change prices …", permissions=["change_prices"])
    def change_prices(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse | None:
        """Nothing is written yet: the next pages ask how, and show every new price."""
        ids = self._ids(request, queryset)
        if not ids:
            return None
        plan_id = make_plan(product_ids=ids, chosen="chosen in the list of products", user_id=_user_id(request))
        return redirect("admin:catalog_pricechangeplan_rule", plan_id)

    @admin.action(description="Put into a flash sale …", permissions=["put_into_sale"])
    def put_into_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse | None:
        """A sale that waits to be edited and started by hand: nothing is reduced yet."""
        ids = self._ids(request, queryset)
        if not ids:
            return None
        terms = Terms(name="New sale", items=dict.fromkeys(ids), percent_off=Decimal(10))
        try:
            sale_id = schedule_sale(terms, user_id=_user_id(request))
        except (RowsBusyError, ValidationError) as error:
            self.message_user(request, " ".join(getattr(error, "messages", [str(error)])), messages.ERROR)
            return None
        text = f"A sale of {len(ids):,} products, which nobody has started. Give it its name and its percentage."
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:catalog_flashsale_edit", sale_id)

    def has_put_into_sale_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_flashsale")

    def has_change_prices_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_price")

    def _set(self, request: HttpRequest, queryset: QuerySet[Product], flag: Flag, *, value: bool, done: str) -> None:
        ids = self._ids(request, queryset)
        if ids is None:
            return
        try:
            changed = set_flag(product_ids=ids, flag=flag, value=value, user_id=_user_id(request))
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        already = f" {len(ids) - changed:,} were so already." if changed < len(ids) else ""
        text = f"{changed:,} {'product was' if changed == 1 else 'products were'} {done}.{already}"
        self.message_user(request, text, messages.SUCCESS)

    def _ids(self, request: HttpRequest, queryset: QuerySet[Product]) -> list[int] | None:
        """The chosen products, or None after an error has been shown."""
        try:
            return chosen_ids(queryset)
        except TooManyProductsError as error:
            self.message_user(request, str(error), messages.ERROR)
            return None


def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    assert user_id is not None, "the admin lets nobody in who has not logged in"  # noqa: S101
    return user_id
