"""The pages of views read a bounded number of rows, whatever was looked at and flushed before; and so do the figures of
write-behind. Its control is in test_admin_scale.py."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.events.admin_bases import bounded_paginator
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.test_admin_scale import COUNTED, _excesses

ROWS = 12_000

# Half of all products were looked at once; product 1 every day. Every 100th batch tells of a loss, every 50th is dead.
_LONG_TABLES = (
    "INSERT INTO analytics_productviews (product_id, total, version)"
    " SELECT n, CASE WHEN n %% 2 = 0 THEN 1 ELSE n END, 0 FROM generate_series(1, %s) AS n",
    "INSERT INTO analytics_dailyviews (product_id, day, count)"
    " SELECT 1, current_date - n, 1 FROM generate_series(0, %s) AS n",
    "INSERT INTO analytics_flushedbatch (batch, flushed_at, counters, increments, dropped)"
    " SELECT 'b' || n, now() - n * interval '1 hour', 1, 1, (n %% 100 = 0)::int FROM generate_series(1, %s) AS n",
    "INSERT INTO analytics_deadbatch (batch, counts, dropped, reason, tries, failed_at, replayed_at)"
    " SELECT 'd' || n, '{\"7:739922\": 1}', 1, 'R', 8, now() - n * interval '1 hour',"
    " CASE WHEN n %% 50 <> 0 THEN now() END FROM generate_series(1, %s) AS n",
)


def test_every_page_of_views_reads_few_rows_however_many_there_are(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_paginator, "COUNTED_ROWS", COUNTED)
    for statement in _LONG_TABLES:
        run_sql(statement, ROWS)
    for table in ("productviews", "dailyviews", "flushedbatch", "deadbatch"):
        run_sql(f"VACUUM ANALYZE analytics_{table}")
    views, batches, dead = (
        reverse(f"admin:analytics_{name}_changelist") for name in ("productviews", "flushedbatch", "deadbatch")
    )
    addresses = [
        *(views + query for query in ("", "?p=7", "?o=1", "?o=-0", "?q=77")),
        f"{views}1/change/",
        *(batches + query for query in ("", "?p=7", "?o=2", "?losses=told", "?q=b77")),
        *(dead + query for query in ("", "?p=7", "?o=-3", "?state=waiting", "?state=replayed")),
        f"{dead}d50/change/",
        f"{dead}replay/?batch=d50&batch=d100",
        reverse("admin:index"),
        "/metrics",
    ]

    assert [excess for address in addresses for excess in _excesses(staff, address)] == []
