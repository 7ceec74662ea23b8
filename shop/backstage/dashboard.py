"""The admin's first page: the day's figures and orders, what staff did, how the caches are, how changes reach them.

Invariant: a fixed number of statements, whatever the size of the shop, and two questions to Redis, which is not asked
while the breaker is open; without Redis the page says so, and shows everything else.
Proved by tests/integration/test_dashboard.py and test_dashboard_orders.py.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from analytics.figures import day_figures
from cart.figures import OrderFigures, order_figures, payments_in_doubt
from catalog.figures import Figure, ShopFigures, shop_figures
from shop.backstage.dashboard_caches import cache_figures
from shop.backstage.dashboard_changes import change_figures
from shop.backstage.dashboard_charts import cache_chart, days_chart, orders_chart, ratings_chart

SHOWN_ACTIONS: Final = 8
COUNTED_ACTIONS: Final = 10_000


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the template shows; nothing of the shop to those who may not look at its products."""
    if not request.user.has_perm("catalog.view_product"):
        return context
    now = timezone.now()
    caches = cache_figures()
    asked = [row for row in caches.rows if row["hits"] or row["misses"]]
    return {
        **context,
        "title": "Dashboard",
        "figures": (figures := shop_figures(now=now)),
        "charts": _charts(figures) if any(figures.reviews.by_rating.values()) else (),
        **_sales(request, now),
        "caches": caches,
        "caches_chart": cache_chart(asked) if asked else None,
        "views": day_figures(now=now, ask_redis=not caches.trouble) if _may_see_views(request) else None,
        "changes": change_figures() if request.user.has_perm("events.view_trace") else None,
        "now": now,
        **(_history(now) if request.user.has_perm("admin.view_logentry") else {}),
    }


def _sales(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Each to those who may open the list that it is of."""
    found: dict[str, Any] = {}
    if _may_see(request, "cart.order"):
        orders: OrderFigures = order_figures(now=now)
        found |= {
            "orders": orders,
            "orders_chart": orders_chart(orders.by_day) if any(orders.by_day.values()) else None,
        }
    if _may_see(request, "cart.checkout"):
        found["in_doubt"] = payments_in_doubt()
    return found


def _may_see(request: HttpRequest, name: str) -> bool:
    """As Django's admin decides on a list: who may change its rows may look at them."""
    app, model = name.split(".")
    return any(request.user.has_perm(f"{app}.{verb}_{model}") for verb in ("view", "change"))


def _may_see_views(request: HttpRequest) -> bool:
    return request.user.has_perm("analytics.view_productviews")


def _charts(figures: ShopFigures) -> tuple[Any, ...]:
    return days_chart(figures.reviews.by_day), ratings_chart(figures.reviews.by_rating)


def _history(now: datetime) -> dict[str, Any]:
    """By the index of the history's time: what was done last, and how often prices were changed today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    entries = LogEntry.objects.order_by("-action_time", "-id")
    today = entries.filter(action_time__gte=midnight, action_time__lt=midnight + timedelta(days=1))
    # Joined with the types, the history would be read by type, all of it.
    price = ContentType.objects.get_by_natural_key("catalog", "price")
    counted = today[:COUNTED_ACTIONS].aggregate(all=Count("pk"), prices=Count("pk", filter=Q(content_type_id=price.pk)))
    return {
        "price_changes": Figure(number=counted["prices"], is_exact=counted["all"] < COUNTED_ACTIONS),
        "actions": entries.select_related("user", "content_type")[:SHOWN_ACTIONS],
    }
