"""The cart, as its owner sees it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries import get_category_tree
from shop.storefront.private_page import private_page


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return private_page(request, "cart.html", {"tree": get_category_tree()})
