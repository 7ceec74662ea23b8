"""What lies half done behind the counter, for pages that show it: previewed prices, and goods that somebody holds."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User

from catalog.bulk.price_preview import make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.models import Product
from inventory.models import Stock
from inventory.operations import reserve
from shop.embedded.demo import ADMIN_USER


def begin_work() -> None:
    """Inside the shop: `shop.run("from tests.browser.begun_work import begin_work; begin_work()")`."""
    keeper = User.objects.get(username=ADMIN_USER)
    ids = Product.objects.order_by("pk").values_list("pk", flat=True)[:60]
    plan_id = make_plan(product_ids=list(ids), chosen="the first sixty", user_id=keeper.pk)
    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.SALE_PERCENT, value=Decimal(10)))
    held = Stock.objects.filter(on_hand__gt=5).order_by("pk").values_list("pk", flat=True)[:2]
    reserve(quantities=dict.fromkeys(held, 1), lasts=timedelta(hours=12), reference="by telephone")
