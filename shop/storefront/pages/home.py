"""The shop window."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.lists import featured
from shop.storefront.page_answer import page_answer

ON_A_SHELF: Final = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shelves = featured(limit=ON_A_SHELF)
    return page_answer(request, "home.html", {"shelves": shelves, "tree": shelves.tree})
