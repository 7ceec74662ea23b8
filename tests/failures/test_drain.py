"""A large backlog of the change log drains at a steady rate with flat memory, and the log is small afterwards.

Whether the rate is steady, FULL=1 alone looks at: a tenth of the small backlog is drained between two looks.
"""

import os
from typing import Any

import pytest
from django.db import connection

from shop.events.retention import prune_all
from tests.bench.drain import drain
from tests.own_database import database_url

FULL = os.environ.get("FULL") == "1"
ROWS = 1_000_000 if FULL else 10_000
# What a process may grow by, in MiB, once it is warm.
GROWTH_MIB = 24.0
# How much quicker the quickest tenth may be than the slowest: 2.2 times on a machine with other work. A claim whose
# cost grew with the rows that are finished would slow the last tenth down to a tenth of the first.
UNSTEADY = 3


@pytest.mark.timeout(1800 if FULL else 180)
def test_a_backlog_drains_with_flat_memory_at_a_steady_rate_and_the_log_is_small_afterwards(
    transactional_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    environment: dict[str, Any] = {
        "DATABASE_URL": database_url(),
        "KAFKA_TOPIC": f"drain-{os.getpid()}",
        "KAFKA_GROUP": f"drain-{os.getpid()}",
        "CACHE_NAMESPACE": f"drain-{os.getpid()}",
    }

    drained = drain(ROWS, environment=environment)

    with capsys.disabled():
        print(f"\n{ROWS} rows: {drained}")  # noqa: T201  figures of the test
    for first, most in (drained.relay_mib, drained.consumer_mib):
        assert most - first < GROWTH_MIB
    if FULL:
        assert drained.slowest > drained.quickest / UNSTEADY
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("UPDATE events_change SET applied_at = applied_at - interval '11 minutes'")
        deleted = 0
        while some := prune_all():
            deleted += some
        cursor.execute("SELECT count(*) FROM events_change")
        (left,) = cursor.fetchone()
        cursor.execute("RESET statement_timeout")
    assert deleted == ROWS
    assert left == 0
