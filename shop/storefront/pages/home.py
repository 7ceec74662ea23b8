"""The shop window."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.flash_sales.queries import running_sales
from catalog.lists import featured
from shop.storefront.page_answer import page_answer

ON_A_SHELF: Final = 8
MOST_SALES: Final = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shelves = featured(limit=ON_A_SHELF)
    sales = running_sales(limit=MOST_SALES)
    return page_answer(request, "home.html", {"shelves": shelves, "tree": shelves.tree, "sales": sales})
