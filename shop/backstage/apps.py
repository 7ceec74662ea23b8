from django.apps import AppConfig
from django.contrib import admin


class BackstageConfig(AppConfig):
    name = "shop.backstage"
    label = "backstage"

    def ready(self) -> None:
        """The admin's first page is ours; unfold comes before us among the apps, so its own would be found first."""
        admin.site.index_template = "backstage/dashboard.html"
