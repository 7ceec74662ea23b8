"""Search over the whole shop."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries import get_category_tree
from shop.storefront.page_answer import page_answer
from shop.storefront.pages.list_view import list_view


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.copy()
    query["q"] = words = request.GET.get("q", "").strip()
    shown = list_view(query, category=request.GET.get("category", ""), search=words)
    tree = shown.products.tree if shown.products else get_category_tree()
    context = {"list": shown, "tree": tree, "words": words}
    return page_answer(request, "search.html", context, status=shown.status)
