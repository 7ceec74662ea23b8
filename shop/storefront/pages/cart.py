"""The cart, as its owner sees it: what is in it, what that costs now, and what has changed since.

Each form says how many there shall be, so that sending it twice, or from an old window, does no harm.
"""

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from cart.contents import CartContents
from cart.left_out import tell_left_out
from cart.operations import ProductNotFoundError, QuantityError, set_quantity
from cart.visitors import change_cart, contents_of
from catalog.queries import get_product
from catalog.snapshots import ProductSnapshot
from shop.storefront.cart_count import tell_count
from shop.storefront.pages.line_form import MOST_PIECES, LineForm
from shop.storefront.private_page import not_kept, private_page


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What has just been taken out, and can be put back."""

    product: ProductSnapshot
    quantity: int


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed into the form of one line, and why the cart did not take it."""

    product_id: int
    typed: str
    problem: str


@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _shown(request)
    form = LineForm(request.POST)
    problem = _problem(request, form)
    product_id = form.cleaned_data.get("product_id", 0)
    if problem:
        return _shown(request, Refused(product_id, request.POST.get("quantity", ""), problem))
    done = {"changed": product_id}
    if form.cleaned_data["quantity"] == 0 and form.cleaned_data["was"]:
        done = {"out": product_id, "was": form.cleaned_data["was"]}
    return not_kept(HttpResponseRedirect(f"{reverse('cart')}?{urlencode(done)}", status=303))


def _problem(request: HttpRequest, form: LineForm) -> str:
    """Change the line; the answer is why it could not be changed, or nothing."""
    if not form.is_valid():
        return " ".join(str(problem) for problems in form.errors.values() for problem in problems)
    line, quantity = form.cleaned_data["product_id"], form.cleaned_data["quantity"]
    try:
        change_cart(request, partial(set_quantity, product_id=line, quantity=quantity), make=quantity > 0)
    except QuantityError as error:
        return " ".join(error.messages)
    except ProductNotFoundError:
        return "This is no longer sold."
    return ""


def _shown(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    contents = contents_of(request)
    beside = refused is not None and any(line.product_id == refused.product_id for line in contents.lines)
    context = {
        "cart": contents,
        "tree": contents.tree,
        "left_out": tell_left_out(request),
        "refused": refused,
        "refused_beside": beside,
        "most": MOST_PIECES,
        "taken_out": _taken_out(request, contents) if refused is None else None,
        "changed": refused is None and "changed" in request.GET,
    }
    answer = private_page(request, "cart.html", context, status=200 if refused is None else 422)
    return tell_count(request, answer, contents.count)


def _taken_out(request: HttpRequest, contents: CartContents) -> TakenOut | None:
    """As the address says it; nothing of what is in the cart again, or can't be put back."""
    form = LineForm({"product_id": request.GET.get("out"), "quantity": request.GET.get("was")})
    if "out" not in request.GET or not form.is_valid() or form.cleaned_data["quantity"] == 0:
        return None
    product = get_product(product_id=form.cleaned_data["product_id"])
    if product is None or any(line.product_id == product.id for line in contents.lines):
        return None
    return TakenOut(product, form.cleaned_data["quantity"])
