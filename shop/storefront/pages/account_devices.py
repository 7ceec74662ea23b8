"""Where a customer is logged in: one browser is logged out, or all others, or all of them."""

from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from shop.storefront.cart_count import forget_count
from shop.storefront.private_page import not_kept
from shop.visitors.devices import log_out_everywhere, log_out_session, session_id_of

# Digits of a bigint.
LONGEST_ID: Final = 19
OTHERS: Final = "others"
EVERYWHERE: Final = "everywhere"


@require_POST
def log_out_device(request: HttpRequest) -> HttpResponse:
    """`device` is the id of a session, "others" or "everywhere". What names none of the customer's own changes nothing,
    and is answered alike."""
    user_id, device = request.user.pk, request.POST.get("device", "")
    if user_id is None:
        return not_kept(HttpResponseRedirect(reverse("login"), status=303))
    this = session_id_of(session_key=request.session.session_key)
    if device == EVERYWHERE:
        log_out_everywhere(user_id=user_id)
    elif device == OTHERS:
        log_out_everywhere(user_id=user_id, but=this)
    elif device.isascii() and device.isdigit() and len(device) <= LONGEST_ID:
        log_out_session(user_id=user_id, session_id=int(device))
    if device not in (EVERYWHERE, str(this)):
        return not_kept(HttpResponseRedirect(f"{reverse('account')}#devices", status=303))
    logout(request)
    return forget_count(request, not_kept(HttpResponseRedirect(reverse("home"), status=303)))
