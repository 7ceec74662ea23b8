"""One category: what is below it, and what stands on its shelves."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.lists import CategoryNotFoundError
from catalog.queries import get_category_tree
from catalog.snapshots import CategorySnapshot
from shop.storefront.page_answer import page_answer
from shop.storefront.pages.list_view import ListView, list_view
from shop.storefront.pages.query import changed


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category below this one. `count` products of this list stand there; `address` keeps the filters."""

    category: CategorySnapshot
    count: int
    address: str


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
        "shelves": [_shelf(child, shown) for child in tree.children_of(found.id)],
    }
    return page_answer(request, "category.html", context, status=shown.status)


def _shelf(child: CategorySnapshot, shown: ListView) -> Shelf:
    address = reverse("category", kwargs={"slug": child.slug})
    return Shelf(child, shown.shelves.get(child.slug, 0), (address + changed(shown.query)).removesuffix("?"))
