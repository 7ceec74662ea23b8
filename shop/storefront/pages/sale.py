"""One flash sale: until when, and of what. What has ended says so, and shows no price that is no longer asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.flash_sales.queries import Sale, sale_products, shown_sale
from catalog.lists import get_tree_and_cards
from shop.storefront.page_answer import page_answer


@require_safe
def sale(request: HttpRequest, sale_id: str) -> HttpResponse:
    """Two statements, and one round trip for all cards. Raises FlashSaleNotFoundError and BadCursorError."""
    found = shown_sale(sale_id=int(sale_id))
    answer = page_answer(request, "sale.html", _context(found, cursor=request.GET.get("cursor", "")))
    # The countdown goes by the moment at which this was made, so it must be this moment's page.
    answer["Cache-Control"] = "no-cache"
    return answer


def _context(found: Sale, *, cursor: str) -> dict[str, Any]:
    page = sale_products(sale_id=found.id, cursor=cursor) if found.is_on or found.is_to_come else None
    tree, (cards,) = get_tree_and_cards(lists=[page.ids if page else ()])
    return {
        "sale": found,
        "tree": tree,
        "cards": cards,
        "later": bool(cursor),
        "next_cursor": page.next_cursor if page else None,
    }
