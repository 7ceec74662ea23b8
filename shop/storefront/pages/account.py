"""A customer's own page: who is logged in, and what was ordered. Orders are read from the database, on purpose."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.queries import get_category_tree
from shop.storefront.private_page import not_kept, private_page


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        query = urlencode({"next": reverse("account")})
        return not_kept(HttpResponseRedirect(f"{reverse('login')}?{query}"))
    context = {"email": request.user.get_username(), "tree": get_category_tree()}
    return private_page(request, "account.html", context)
