"""What lies half done behind the counter, for pages that show it: previewed prices, goods that somebody holds, views
that wait, and some that could not be counted; a sale that nobody has started, and orders that are being compared.

Also a group and a key, which a new shop has none of.
"""

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import Group, User
from django.utils import timezone

from analytics.flushing import bury, flush_views
from analytics.models import AlsoBought, AlsoBoughtRun
from analytics.operations import record_view
from catalog.bulk.price_preview import make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.flash_sales.scheduling import schedule_sale
from catalog.flash_sales.terms import Terms
from catalog.models import Product
from inventory.models import Stock
from inventory.operations import reserve
from shop.caching.buffer import Batch
from shop.embedded.demo import ADMIN_USER
from shop.events.fast_path import announced_changes
from shop.visitors.api_keys import make_api_key

DEAD_BATCH = "0123456789abcdef0123456789abcdef"


def begin_work() -> None:
    """Inside the shop: `shop.run("from tests.browser.begun_work import begin_work; begin_work()")`."""
    keeper = User.objects.get(username=ADMIN_USER)
    ids = Product.objects.order_by("pk").values_list("pk", flat=True)[:60]
    plan_id = make_plan(product_ids=list(ids), chosen="the first sixty", user_id=keeper.pk)
    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.SALE_PERCENT, value=Decimal(10)))
    held = Stock.objects.filter(on_hand__gt=5).order_by("pk").values_list("pk", flat=True)[:2]
    reserve(quantities=dict.fromkeys(held, 1), lasts=timedelta(hours=12), reference="by telephone")
    for product_id in ids[:5]:
        record_view(product_id=product_id, visitor="somebody")
    flush_views()
    record_view(product_id=ids[0])
    counts = {f"{ids[0]}:739922": 12_345, "no counter at all": 1}
    _compare_orders(product_ids=list(ids))
    terms = Terms(name="Some rainy day", items=dict.fromkeys(ids[50:]), percent_off=Decimal(10))
    schedule_sale(terms, user_id=keeper.pk)
    Group.objects.create(name="Night shift")
    make_api_key(owner=keeper, name="the till", made_by=keeper, now=timezone.now())
    bury(Batch(DEAD_BATCH, counts, tries=8), "RefusedError: not a counter of views: invalid literal for int()")


def _compare_orders(*, product_ids: list[int]) -> None:
    """As the recomputation leaves it that has got as far as one product."""
    first, *companions = product_ids[-5:]
    with announced_changes():
        run = AlsoBoughtRun.objects.create(done=first, last=companions[-1], products=1, changed=1)
        AlsoBought.objects.create(product_id=first, product_ids=companions, run=run.pk)
