"""POST /cart/add/: so many more of a product. Two windows that add at once both count."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from cart.operations import ProductNotFoundError, QuantityError, add
from cart.visitors import change_cart, contents_of
from shop.storefront.addresses import product_address
from shop.storefront.cart_count import tell_count
from shop.storefront.pages.add_form import AddForm
from shop.storefront.pages.shown_product import shown_product
from shop.storefront.private_page import not_kept
from shop.storefront.product_page import product_page


@require_POST
def add_to_cart(request: HttpRequest) -> HttpResponse:
    """Back to the product, which says what was done; or its page again, saying what was wrong."""
    form = AddForm(request.POST)
    form.full_clean()
    product_id = form.cleaned_data.get("product_id", 0)
    page = product_page(product_id=product_id)
    if page is None:
        raise ProductNotFoundError(product_id)
    if form.errors:
        return not_kept(shown_product(request, page, add=form))
    try:
        change = partial(add, product_id=product_id, quantity=form.cleaned_data["quantity"])
        write = change_cart(request, change)
    except QuantityError as error:
        form.add_error(None, " ".join(error.messages))
        return not_kept(shown_product(request, page, add=form))
    answer = HttpResponseRedirect(f"{product_address(page.product)}?added=1#buy", status=303)
    return tell_count(request, not_kept(answer), contents_of(request, after=write).count)
