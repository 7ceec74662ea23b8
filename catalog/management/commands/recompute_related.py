"""manage.py recompute_related"""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.operations import recompute_related_products


class Command(BaseCommand):
    help = "Find each product's neighbours in price anew. Only products whose neighbours changed are written."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = recompute_related_products()
        self.stdout.write(f"{changed:,} products have new neighbours.")
