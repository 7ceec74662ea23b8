"""Batches that PostgreSQL refused again and again: kept with their reason, until staff replay them.

Invariant: a batch is counted once, however often it is replayed, and whatever a flush has done with it: by the same
ledger, which never forgets a batch that is here. Proved by tests/integration/test_dead_batch_admin.py and
test_ledger_retention.py.
"""

from functools import partial

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from analytics.flushing import count_once, show
from analytics.models import DeadBatch
from shop.caching.buffer import Batch
from shop.caching.write_behind import RefusedError


class UnknownBatchError(Exception):
    """There is no dead batch of this id."""


def replay(*, batch_id: str, user_id: int | None) -> int:
    """Count a dead batch now; how many views that were, 0 where it had been counted already.

    Raises UnknownBatchError, and RefusedError when PostgreSQL refuses it still: then it stays as it was.
    """
    try:
        with transaction.atomic():
            dead = DeadBatch.objects.select_for_update().filter(pk=batch_id).first()
            if dead is None:
                raise UnknownBatchError(batch_id)
            if dead.replayed_at is not None:
                return 0
            batch = Batch(dead.batch, dead.counts, dead.dropped)
            totals = count_once(batch)
            DeadBatch.objects.filter(pk=batch_id).update(replayed_at=timezone.now(), replayed_by_id=user_id)
            if totals is not None:
                transaction.on_commit(partial(show, totals))
    except (DataError, IntegrityError) as error:
        raise RefusedError(f"{type(error).__name__}: {error}") from error
    return 0 if totals is None else batch.increments
