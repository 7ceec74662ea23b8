"""Jobs at the same moment, in threads with a connection each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from tests.integration.catalog_rows import run_sql

# Plans that meet the same summaries in different orders: sorted by product, by hash, and as the rows lie in the table.
PLANS = (
    "SET enable_hashagg = off; SET enable_hashjoin = off",
    "SET enable_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off",
    "SET enable_nestloop = off; SET enable_mergejoin = off",
)


def together(*jobs: Callable[[], object]) -> None:
    """Run the jobs in threads that begin at one moment, each on a connection of its own."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


def until_somebody_waits_for_a_lock() -> None:
    for _ in range(2000):
        if run_sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"):
            return
        run_sql("SELECT pg_sleep(0.005)")
    raise AssertionError("nobody waited for a lock")
