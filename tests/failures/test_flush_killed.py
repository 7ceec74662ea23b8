"""kill -9 between every two steps of a flush: what was recorded is counted once."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from analytics.flushing import flush_views
from analytics.models import DailyViews, FlushedBatch, ProductViews
from analytics.operations import record_view
from analytics.view_buffer import VIEW_BUFFER
from tests.failures.ledgerless import WITHOUT_LEDGER
from tests.failures.web import until
from tests.integration.catalog_rows import run_sql
from tests.own_database import database_url

POINTS = ("taken", "read", "ledgered", "counted", "committed", "persisted", "forgotten")
PRODUCTS = {1: 5, 2: 3, 3: 1}


def kill_at(point: str, mistake: str = "") -> None:
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "CACHE_NAMESPACE": settings.CACHE_NAMESPACE,
    }
    words = [sys.executable, "-m", "tests.failures.dying_flusher", point, *filter(None, [mistake])]
    died = subprocess.run(words, env=environment, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL, f"it never came to {point}"
    until(nobody_holds_a_transaction, within=10)


def nobody_holds_a_transaction() -> bool:
    """PostgreSQL rolls back what a dead client has begun, as soon as it has noticed."""
    return not run_sql(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )


def record() -> None:
    for product_id, views in PRODUCTS.items():
        for _ in range(views):
            record_view(product_id=product_id)


def totals() -> dict[int, int]:
    return dict(ProductViews.objects.values_list("product_id", "total"))


@pytest.mark.parametrize("point", POINTS)
def test_a_flusher_killed_at_any_point_neither_loses_nor_doubles(own_caches: None, point: str) -> None:
    record()

    kill_at(point)
    record()
    for _ in range(2):
        flush_views()

    twice = {product_id: 2 * views for product_id, views in PRODUCTS.items()}
    assert totals() == twice
    assert dict(DailyViews.objects.values_list("product_id", "count")) == twice
    assert sum(FlushedBatch.objects.values_list("increments", flat=True)) == sum(twice.values())
    assert VIEW_BUFFER.held().at_risk == 0


def test_a_flusher_that_deletes_first_loses_what_it_held(own_caches: None) -> None:
    """The control of the order."""
    record()

    kill_at("counted", "delete-first")
    flush_views()

    assert totals() == {}


def test_without_the_ledger_a_batch_is_counted_again(own_caches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the ledger."""
    record()

    kill_at("committed", "no-ledger")
    monkeypatch.setattr("analytics.flushing._LEDGER", WITHOUT_LEDGER)
    flush_views()

    assert totals() == {product_id: 2 * views for product_id, views in PRODUCTS.items()}
