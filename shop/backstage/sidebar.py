"""The admin's menu: where everything is, by who may look at it, and how many reviews wait."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from catalog.moderation import MOST_WAITING, count_waiting

Item = dict[str, Any]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """unfold's structure: groups of items, each with its link and who may follow it. One statement, for the badge."""
    return [
        {"items": [_to("Dashboard", "dashboard", "admin:index")]},
        {
            "title": "Shop",
            "items": [
                _table("Products", "shopping_basket", "catalog.product"),
                _table("Prices", "sell", "catalog.price"),
                _table("Price changes", "percent", "catalog.pricechangeplan"),
                _table("Flash sales", "bolt", "catalog.flashsale"),
                _table("Categories", "account_tree", "catalog.category"),
                _reviews(request),
                _table("Views", "visibility", "analytics.productviews"),
                _to("Import and export", "csv", "admin:catalog_product_csv", "catalog.product"),
            ],
        },
        {
            "title": "Sales",
            "items": [
                _table("Orders", "receipt", "cart.order"),
                _table("Checkouts", "credit_card", "cart.checkout"),
                _table("Carts", "shopping_cart", "cart.cart"),
            ],
        },
        {
            "title": "Storeroom",
            "items": [
                _table("Stock", "inventory_2", "inventory.stock"),
                _table("Reservations", "bookmark", "inventory.reservation"),
                _table("Movements", "swap_vert", "inventory.movement"),
            ],
        },
        {
            "title": "People",
            "items": [
                _table("History", "history", "admin.logentry"),
                _table("Users", "person", "auth.user"),
                _table("Groups", "group", "auth.group"),
                _table("API keys", "key", "visitors.apikey"),
            ],
        },
        {
            "title": "Under the counter",
            "collapsible": True,
            "items": [
                _table("Change log", "receipt_long", "events.change"),
                _table("Traces", "timeline", "events.trace"),
                _table("Relays and consumers", "conveyor_belt", "events.station"),
                _table("Write-behind", "schedule_send", "analytics.flushedbatch"),
                _table("Dead batches", "running_with_errors", "analytics.deadbatch"),
                _table("Review summaries", "star", "catalog.reviewsummary"),
                _table("Related products", "hub", "catalog.relatedproducts"),
                _table("Also bought", "join_inner", "analytics.alsobought"),
                _table("Comparisons of orders", "compare_arrows", "analytics.alsoboughtrun"),
                _table("Tree version", "park", "catalog.categorytree"),
                _table("Database identity", "fingerprint", "events.databaseidentity"),
            ],
        },
    ]


def _reviews(request: HttpRequest) -> Item:
    """Without a badge while nothing waits."""
    item = _table("Reviews", "reviews", "catalog.review")
    if item["permission"](request) and (waiting := count_waiting()):
        number = f"{waiting}" if waiting <= MOST_WAITING else f"{MOST_WAITING}+"
        item |= {"link": f"{item['link']}?status=new", "badge": number, "badge_variant": "warning"}
    return item


def _table(title: str, icon: str, label: str) -> Item:
    app, model = label.split(".")
    return _to(title, icon, f"admin:{app}_{model}_changelist", label)


def _to(title: str, icon: str, address: str, label: str = "") -> Item:
    """The pages of a table's admin answer those whom it lets look, so the menu asks it too; all staff without one."""
    link = reverse(address)
    return {"title": title, "icon": icon, "link": link, "permission": _allowed(label), "active": _is_at(link)}


def _allowed(label: str) -> Callable[[HttpRequest], bool]:
    def allowed(request: HttpRequest) -> bool:
        if not label:
            return True
        return bool(admin.site.get_model_admin(apps.get_model(label)).has_view_permission(request))

    return allowed


def _is_at(link: str) -> Callable[[HttpRequest], bool]:
    """Whether a page belongs to the item; where one address begins with another, to the longer one."""
    longer = [reverse("admin:catalog_product_csv")]

    def here(request: HttpRequest) -> bool:
        if link == reverse("admin:index"):
            return request.path == link
        return request.path.startswith(link) and not any(
            one.startswith(link) and one != link and request.path.startswith(one) for one in longer
        )

    return here
