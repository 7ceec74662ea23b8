"""What customers also bought, product by product, and how far the comparison of the orders has come."""

from django.contrib import admin

from analytics.models import AlsoBought, AlsoBoughtRun
from shop.events.admin_bases import ReadOnlyAdmin


@admin.register(AlsoBought)
class AlsoBoughtAdmin(ReadOnlyAdmin):
    list_display = ("product_id", "product_ids", "run", "version")
    ordering = ("-product_id",)


@admin.register(AlsoBoughtRun)
class AlsoBoughtRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "progress", "products", "changed", "started_at", "moved_at", "finished_at")
    ordering = ("-id",)

    @admin.display(description="progress")
    def progress(self, run: AlsoBoughtRun) -> str:
        """By the ids of products: how far it is through those up to the last that was ever bought."""
        if run.finished_at is not None:
            return "100 %"
        return f"{100 * run.done // run.last if run.last else 0} %"
