"""One category: what is below it, and what stands on its shelves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.lists import CategoryNotFoundError
from catalog.queries import get_category_tree
from shop.storefront.pages.list_view import list_view


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    shown = list_view(request.GET, category=slug)
    tree = shown.products.tree if shown.products else get_category_tree()
    found = tree.by_slug(slug)
    if found is None:
        raise CategoryNotFoundError(slug)
    context = {
        "list": shown,
        "tree": tree,
        "category": found,
        "path": tree.ancestors_of(found.id),
        "children": tree.children_of(found.id),
        "choices": shown.choices(found),
    }
    return render(request, "storefront/category.html", context, status=shown.status)
