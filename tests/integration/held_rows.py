"""Rows that somebody else holds meanwhile."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from django.db import connection, transaction

from tests.integration.catalog_rows import run_sql

HELD_WITHIN_S = 10
AT_MOST_S = 20


@contextmanager
def held(lock: Callable[[], object], *, patience: str = "") -> Iterator[None]:
    """Another thread has called `lock` in a transaction of its own, which ends with the block.

    `patience`, as PostgreSQL says it, is how long this thread waits for rows meanwhile; "" is as long as ever.
    """
    holds, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                lock()
                holds.set()
                done.wait(timeout=AT_MOST_S)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        try:
            assert holds.wait(timeout=HELD_WITHIN_S)
            if patience:
                run_sql("SELECT set_config('lock_timeout', %s, false)", patience)
            yield
        finally:
            run_sql("RESET lock_timeout")
            done.set()
            holding.result()
