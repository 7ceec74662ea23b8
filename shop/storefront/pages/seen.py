"""GET /p/<id>/seen.svg: the picture that counts a view where no script runs. Nobody sees it.

Invariants: it is kept nowhere, so each page that shows it is counted; a page itself may come from anybody's cache. A
page of another site that shows it is not counted.
Proved by tests/integration/test_pages_seen.py and tests/browser/test_views.py.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from analytics.page_views import saw_product
from shop.storefront.foreign_pages import is_from_a_foreign_page

NOTHING: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def seen(request: HttpRequest, product_id: int) -> HttpResponse:
    """Raises ProductNotFoundError. Who asks for the headers alone has shown nothing to anybody."""
    if request.method == "GET" and not is_from_a_foreign_page(request):
        saw_product(request, product_id=product_id)
    return HttpResponse(NOTHING, content_type="image/svg+xml", headers=HEADERS)
