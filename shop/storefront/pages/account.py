"""A customer's own page: who is logged in and where, and what was ordered. Both are read from the database, on
purpose."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cart.orders import ORDERS_AT_ONCE, orders_of
from cart.visitors import owner_of
from catalog.queries import get_category_tree
from shop.storefront.private_page import not_kept, private_page
from shop.visitors.devices import devices_of

# Digits of a number that PostgreSQL takes for one.
LONGEST_NUMBER: Final = 18


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        query = urlencode({"next": reverse("account")})
        return not_kept(HttpResponseRedirect(f"{reverse('login')}?{query}"))
    orders = orders_of(owner=owner_of(request), before=_before(request))
    context = {
        "email": request.user.get_username(),
        "orders": orders,
        "older": orders[-1].number if len(orders) >= ORDERS_AT_ONCE else None,
        "newest": "before" not in request.GET,
        "devices": devices_of(user_id=request.user.pk, session_key=request.session.session_key),
        "tree": get_category_tree(),
    }
    return private_page(request, "account.html", context)


def _before(request: HttpRequest) -> int | None:
    """The number below which older orders are wanted; whatever is none begins with the newest."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else None
