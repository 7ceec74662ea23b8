from django.apps import AppConfig

from analytics.also_bought_cache import ALSO_BOUGHT_CACHE
from analytics.loaders import load_also_bought, load_views
from analytics.snapshots import AlsoBoughtSnapshot, ViewsSnapshot
from analytics.views_cache import VIEWS_CACHE
from shop.events.audit import audit
from shop.events.subscriptions import subscribe


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        subscribe("also_bought", ALSO_BOUGHT_CACHE.invalidate_many)
        audit(
            ALSO_BOUGHT_CACHE, AlsoBoughtSnapshot, load=load_also_bought, table="analytics_alsobought", key="product_id"
        )
        audit(VIEWS_CACHE, ViewsSnapshot, load=load_views, table="analytics_productviews", key="product_id")
