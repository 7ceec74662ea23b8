"""One product: what it is, what it costs, what visitors think of it, and what stands beside it."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from catalog.operations import ProductNotFoundError, post_review
from shop.storefront.addresses import product_address
from shop.storefront.pages.review_form import ReviewForm
from shop.storefront.pages.shown_product import shown_product
from shop.storefront.product_page import product_page


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, slug: str, product_id: str) -> HttpResponse:
    """A posted review redirects back here, so that a reload posts nothing twice."""
    number = int(product_id)
    form = ReviewForm(request.POST) if request.method == "POST" else ReviewForm()
    if request.method == "POST" and _posted(form, product_id=number):
        return HttpResponseRedirect("?reviewed=1#reviews", status=303)
    page = product_page(product_id=number)
    if page is None:
        raise ProductNotFoundError(number)
    if request.method != "POST" and slug != page.product.slug:
        return _moved(request, product_address(page.product))
    return shown_product(request, page, review=form)


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    """To the right address with the same query; asked again each time, since a slug can be changed back."""
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    answer["Cache-Control"] = "no-cache"
    return answer


def _posted(form: ReviewForm, *, product_id: int) -> bool:
    """Whether the review was taken; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        post_review(product_id=product_id, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
