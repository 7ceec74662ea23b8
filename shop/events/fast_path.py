"""The fast path: whoever writes applies its own changes to the caches right after its commit.

So people see what they wrote on their next page, in any process. It is an addition, never the guarantee: what a cache
does not take now is repaired from the change log.

    with announced_changes():
        Price.objects.filter(product_id=7).update(amount=...)

Invariants: the caches are touched only after the outermost commit; what to invalidate is read from the log, which the
triggers wrote, so a writer can't forget a key; a rollback announces nothing; a failing cache fails no write.
Proved by tests/integration/test_fast_path.py.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import DatabaseError, InterfaceError, connection, transaction

from shop.events.apply import apply_transaction
from shop.events.repair import REPAIR
from shop.events.retention import PRUNER

logger = logging.getLogger(__name__)
_announcing: ContextVar[bool] = ContextVar("announcing", default=False)


@contextmanager
def announced_changes() -> Iterator[None]:
    """One transaction, whose logged changes are applied to the caches as soon as the outermost one has committed.

    Blocks may nest: the outer one announces for all.
    """
    if _announcing.get():
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        # Off again before the commit, whose callbacks may write and announce for themselves.
        token = _announcing.set(True)
        try:
            yield
        finally:
            _announcing.reset(token)
        _announce()


def _announce() -> None:
    if transaction.get_rollback():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text::bigint")
        (transaction_id,) = cursor.fetchone()
    if transaction_id is not None:
        transaction.on_commit(partial(_apply, transaction_id))


def _apply(transaction_id: int) -> None:
    """Never raises for a failing cache or database: the write is committed, and its caller must not hear otherwise."""
    try:
        taken = apply_transaction(transaction_id)
    except (DatabaseError, InterfaceError):
        logger.exception("the changes of transaction %s could not be read", transaction_id)
        taken = False
    if not taken:
        REPAIR.ask()
    elif not REPAIR.pending:
        _prune()


def _prune() -> None:
    try:
        PRUNER.prune_if_due()
    except (DatabaseError, InterfaceError):
        logger.exception("the change log could not be pruned; the next writer tries again in a minute")
