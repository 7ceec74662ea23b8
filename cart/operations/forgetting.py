"""Carts that nobody has touched for 30 days go, with their lines."""

from datetime import timedelta
from typing import Final

from django.db import connection

from shop.events.fast_path import announced_changes

KEPT_FOR: Final = timedelta(days=30)
CARTS_PER_STATEMENT: Final = 500

# Whoever is writing into a cart at this moment keeps it.
_FORGET = """
    DELETE FROM cart_cart WHERE id IN (
        SELECT id FROM cart_cart WHERE touched_at < statement_timestamp() - make_interval(secs => %s)
        ORDER BY touched_at LIMIT %s FOR UPDATE SKIP LOCKED
    )
"""


def delete_forgotten_carts(*, untouched_for: timedelta = KEPT_FOR, limit: int = 20_000) -> int:
    """Delete at most `limit` of them, 500 a transaction; returns how many. What is cached of them ends with them."""
    deleted = 0
    while deleted < limit:
        batch = min(CARTS_PER_STATEMENT, limit - deleted)
        with announced_changes(), connection.cursor() as cursor:
            cursor.execute(_FORGET, [untouched_for.total_seconds(), batch])
            gone = cursor.rowcount
        deleted += gone
        if gone < batch:
            break
    return deleted
