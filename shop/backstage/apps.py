from django.apps import AppConfig
from django.contrib import admin


class BackstageConfig(AppConfig):
    name = "shop.backstage"
    label = "backstage"

    def ready(self) -> None:
        """The admin's first page is ours; unfold comes before us among the apps, so its own would be found first."""
        admin.site.index_template = "backstage/dashboard.html"
        from catalog.names import product_names  # noqa: PLC0415  models can be imported only once the apps are ready
        from inventory.staff import name_products_by  # noqa: PLC0415  as above

        # Staff know products by their names, which the inventory does not.
        name_products_by(lambda product_ids: product_names(product_ids=product_ids))
