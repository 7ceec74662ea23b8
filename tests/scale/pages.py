"""The visitors' pages whose cost must not grow with the shop: their names and addresses."""

from typing import Final

from django.test import Client
from django.urls import reverse

from catalog.models import Category, Product
from tests.scale.sale import open_a_sale
from tests.scale.views import look_around

# A word in a quarter of all products, one in few, one in none, and a misspelt one.
COMMON, RARE, ABSENT, MISSPELT = "organic", "arborio", "laptop", "choclate"
PAGES_DEEP: Final = 40


def visitors_pages(client: Client) -> dict[str, str]:
    look_around()
    shelf = Category.objects.filter(children=None).order_by("id")[0]
    department = Category.objects.filter(parent=None).order_by("id")[0]
    product = Product.objects.filter(is_published=True, price__isnull=False, category=shelf).order_by("id")[0]
    search, within = reverse("search"), reverse("category", args=[shelf.slug])
    origin = product.attributes["origin"]
    facets = f"brand={product.brand}&attribute=origin:{origin}&attribute=organic:false&price=2-5"
    below = reverse("category", args=[department.slug])
    pages = {
        "home": reverse("home"),
        "product": reverse("product", kwargs={"slug": product.slug, "product_id": product.pk}),
        "shelf": within,
        "shelf, three facets": f"{within}?{facets}",
        "shelf, dearest first": f"{within}?sort=price_desc",
        "shelf, most popular first": f"{within}?sort=popular",
        "department": below,
        "department, most popular first": f"{below}?sort=popular",
        "department by name": f"{below}?sort=name",
        "department, three facets": f"{below}?brand={product.brand}&attribute=origin:{origin}&price=2-5",
        "department, organic by name": f"{below}?sort=name&attribute=organic:true",
        "search, common word": f"{search}?q={COMMON}",
        "search, common word by price": f"{search}?q={COMMON}&sort=price_asc",
        "search, common word, most popular first": f"{search}?q={COMMON}&sort=popular",
        "search, common word, two facets": f"{search}?q={COMMON}&attribute=origin:{origin}&price=2-5",
        "search, rare word": f"{search}?q={RARE}",
        "search, absent word": f"{search}?q={ABSENT}",
        "search, misspelt": f"{search}?q={MISSPELT}",
        "everything": search,
        "everything, most popular first": f"{search}?sort=popular",
        "everything from 20 by price": f"{search}?price=20-&sort=price_asc",
        "what can't be": f"{search}?q={COMMON}&attribute=organic:false",
        "suggestions": f"{reverse('suggest')}?q=co",
        "a flash sale": reverse("sale", args=[open_a_sale()]),
        "flash sales": "/api/flash-sales",
    }
    for sort in ("newest", "popular", "price_asc", "name"):
        pages[f"shelf, deep, {sort}"] = deep(client, f"/api/products?category={shelf.slug}&sort={sort}&limit=100")
        pages[f"everything, deep, {sort}"] = deep(client, f"/api/products?sort={sort}&limit=100")
    pages["search, common word, deep"] = deep(client, f"/api/products?search={COMMON}&limit=100")
    return pages


def deep(client: Client, address: str) -> str:
    """The page that is PAGES_DEEP on, or the last one before the end."""
    page = address
    for _ in range(PAGES_DEEP):
        cursor = client.get(page).json()["next_cursor"]
        if cursor is None:
            break
        page = f"{address}&cursor={cursor}"
    return page
