"""A product's page with its two forms: the review, and how many to put into the cart.

A page that answers a form is no new look at the product: it does not ask to be counted.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from shop.storefront.cart_count import COUNT_COOKIE
from shop.storefront.page_answer import page_answer
from shop.storefront.pages.add_form import AddForm
from shop.storefront.pages.review_form import ReviewForm
from shop.storefront.product_page import ProductPage
from shop.storefront.structured_data import product_data

# The views of the gallery, and what each shows in words.
GALLERY: Final = (("front", "Front"), ("label", "Close up"), ("pair", "Two together"), ("shelf", "On the shelf"))
# From here down the page says how many are left.
FEW: Final = 5


def shown_product(
    request: HttpRequest, page: ProductPage, *, review: ReviewForm | None = None, add: AddForm | None = None
) -> HttpResponse:
    """The page, with what is wrong in a form that was sent; what was done stands in the address."""
    review = review or ReviewForm()
    add = add or AddForm(initial={"product_id": page.product.id})
    done = request.GET if request.method != "POST" else {}
    context = {
        "page": page,
        "tree": page.tree,
        "category": page.path[-1] if page.path else None,
        "form": review,
        "thanked": "reviewed" in done,
        "add": add,
        # An address can be sent to somebody, who has put nothing into a cart.
        "added": "added" in done and COUNT_COOKIE in request.COOKIES,
        "is_visit": request.method != "POST" and not {"reviewed", "added"} & done.keys(),
        "few": 0 < page.stock.available <= FEW,
        "views": GALLERY,
        "data": product_data(request, page),
    }
    return page_answer(request, "product.html", context, status=422 if review.errors or add.errors else 200)
