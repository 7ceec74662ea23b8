"""The checkout: one form, sent once. Whatever is refused comes back with all that was typed, but for the card's number.

The key of a checkout is made with the page. A second click sends the same key, and gets the same order; a new attempt,
with another card or at another price, gets another.
"""

import secrets
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cart.checkout import (
    CheckoutInProgressError,
    CheckoutRefusedError,
    InvalidCardError,
    PriceChangedError,
    check_out,
)
from cart.left_out import tell_left_out
from cart.visitors import cart_id_of, contents_of, owner_of
from shop.storefront.cart_count import tell_count
from shop.storefront.failure import BAD_INPUT
from shop.storefront.failures import failure_of
from shop.storefront.pages.checkout_form import CheckoutForm
from shop.storefront.pages.checkout_typed import forget_typed, keep_typed, typed_before
from shop.storefront.private_page import not_kept, private_page

# Cards of the payment provider's, which is a mock: the page offers them, since nobody may type a real one.
TEST_CARDS: Final = (
    ("4242 4242 4242 4242", "is paid"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has too little money"),
    ("4000 0000 0000 0069", "has expired"),
    ("4000 0000 0000 0119", "is charged, but the bank says so late"),
    ("4000 0000 0000 0127", "is never charged, and the bank is silent"),
    ("4000 0000 0000 0259", "is charged, and the bank says so twice"),
)


@sensitive_post_parameters("card")
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _bought(request)
    customer = request.user.get_username() if request.user.is_authenticated else ""
    return _shown(
        request, CheckoutForm(initial={"email": customer if "@" in customer else "", **typed_before(request)})
    )


def _bought(request: HttpRequest) -> HttpResponse:
    """To the order, or to the payment that is in doubt; else the page again, saying why not."""
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _shown(request, form)
    try:
        answer = check_out(
            owner=owner_of(request, make=True),
            cart_id=cart_id_of(request),
            key=form.cleaned_data["key"],
            request=form.wish(),
        )
    except CheckoutRefusedError as refusal:
        return _shown(request, form, refusal)
    except InvalidCardError as error:
        form.add_error(error.field, str(error))
        return _shown(request, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _shown(request, form)
    forget_typed(request)
    moved = HttpResponseRedirect(reverse("order", args=[answer.id]), status=303)
    return tell_count(request, not_kept(moved), contents_of(request).count)


def _shown(request: HttpRequest, form: CheckoutForm, refusal: CheckoutRefusedError | None = None) -> HttpResponse:
    contents = contents_of(request)
    if form.is_bound:
        keep_typed(request, form.data)
    # Goods that can't be paid for are dealt with in the cart; what was just refused is explained here.
    if refusal is None and not contents.can_check_out:
        return not_kept(HttpResponseRedirect(reverse("cart"), status=303))
    context: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "key": _key(form, refusal),
        "cart": contents,
        "total": _total(contents.total, refusal),
        "tree": contents.tree,
        "left_out": tell_left_out(request),
        "test_cards": TEST_CARDS,
    }
    answer = private_page(request, "checkout.html", context, status=_status(form, refusal))
    return tell_count(request, answer, contents.count)


def _key(form: CheckoutForm, refusal: CheckoutRefusedError | None) -> str:
    """The key that was sent, as long as it is the same checkout that is tried; else a new one."""
    same = form.is_bound and (refusal is None or isinstance(refusal, CheckoutInProgressError))
    return (str(form.data.get("key", "")) if same else "") or secrets.token_urlsafe(24)


def _total(shown: Decimal, refusal: CheckoutRefusedError | None) -> Decimal:
    """What the visitor will be asked to pay: after a change of prices, what checkout itself has found."""
    return refusal.total if isinstance(refusal, PriceChangedError) else shown


def _status(form: CheckoutForm, refusal: CheckoutRefusedError | None) -> int:
    if refusal is not None:
        return (failure_of(refusal) or BAD_INPUT).status
    return 422 if form.errors else 200
