from django.apps import AppConfig

from analytics.loaders import load_views
from analytics.snapshots import ViewsSnapshot
from analytics.views_cache import VIEWS_CACHE
from shop.events.audit import audit


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        audit(VIEWS_CACHE, ViewsSnapshot, load=load_views, table="analytics_productviews", key="product_id")
