"""A flash sale that is on, in a shop whose pages are measured."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from catalog.flash_sales.scheduling import open_sale
from catalog.flash_sales.terms import Terms
from catalog.models import Product

PRODUCTS: Final = 500


def open_a_sale() -> int:
    """Its number. It takes the oldest dear products, PRODUCTS of them, or as many as there are; they remain dear, so
    that a list below 5 is what it was."""
    dear = Product.objects.filter(is_published=True, price__amount__gte=10)
    ids = dear.order_by("id").values_list("id", flat=True)
    ends_at = timezone.now() + timedelta(days=1)
    terms = Terms(name="Scale hour", items=dict.fromkeys(ids[:PRODUCTS]), percent_off=Decimal(10), ends_at=ends_at)
    return open_sale(terms, user_id=None)
