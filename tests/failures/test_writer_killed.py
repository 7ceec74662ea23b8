"""The writer dies after its commit and before its invalidation: the change log still knows, and is replayed."""

import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings as django_settings

from catalog.models import Price
from catalog.queries import get_price
from shop.events.apply import replay_log
from shop.events.models import Change
from tests.goods import Goods
from tests.own_database import database_url


@pytest.mark.parametrize("logged", [True, False], ids=["with the log", "control: without the log"])
def test_a_change_whose_writer_was_killed_reaches_the_caches_from_the_log(goods: Goods, logged: bool) -> None:
    before = get_price(product_id=goods.id)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "CACHE_NAMESPACE": django_settings.CACHE_NAMESPACE,
    }
    Price.objects.filter(pk=goods.id).update(regular_amount=Decimal("99.00"))

    writer = subprocess.run(
        [sys.executable, "-m", "tests.failures.dying_writer", str(goods.id)], env=environment, check=False, timeout=60
    )
    stale = get_price(product_id=goods.id)
    if not logged:
        Change.objects.all().delete()
    replay_log()
    after = get_price(product_id=goods.id)

    assert writer.returncode == -9
    assert stale == before, "the writer was killed before it could invalidate"
    assert Price.objects.get(pk=goods.id).amount == Decimal("20.00")
    assert after is not None
    assert (after.amount == Decimal("20.00")) is logged
