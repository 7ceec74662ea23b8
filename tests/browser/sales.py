"""Flash sales in the browser's shop: one that is on, and one that is over.

They leave alone what other tests price: the shelves whose prices staff change, and products that have reviews.
"""

from tests.browser.price_changes import PRICED_SHELVES
from tests.browser.stocked_shop import Shop

NAME = "Browser hour"
OVER = "Early hour"
_OPEN = """
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from catalog.flash_sales.scheduling import open_sale
from catalog.flash_sales.terms import Terms
from catalog.flash_sales.turning import end_sale
from catalog.models import Product, Review
from shop.events.fast_path import announced_changes
goods = Product.objects.filter(is_published=True, price__isnull=False)
goods = goods.exclude(category__slug__in={priced})
goods = goods.exclude(id__in=Review.objects.values("product_id"))
ids = goods.order_by("id").values_list("id", flat=True)[:60]
for name, hours in (("{over}", 1), ("{name}", 25)):
    ends_at = timezone.now() + timedelta(hours=hours)
    with announced_changes():
        terms = Terms(name=name, items=dict.fromkeys(ids), percent_off=Decimal(40), ends_at=ends_at)
        sale = open_sale(terms, user_id=None)
        if name == "{over}":
            end_sale(sale_id=sale)
"""


def sale_numbers(shop: Shop) -> tuple[int, int]:
    """The numbers of both sales; the first caller opens them. The one that is on ends in about 25 hours."""
    asked = "SELECT max(id) FILTER (WHERE name = %s), max(id) FILTER (WHERE name = %s) FROM catalog_flashsale"
    is_on, over = shop.ask(asked, NAME, OVER)[0]
    if is_on is None:
        lines = _OPEN.format(name=NAME, over=OVER, priced=PRICED_SHELVES)
        shop.run(f"exec({lines!r})")
        is_on, over = shop.ask(asked, NAME, OVER)[0]
    return int(str(is_on)), int(str(over))
