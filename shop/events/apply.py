"""From the change log into the caches. Applying is idempotent: the fence makes a second time, or a late one,
harmless."""

from collections.abc import Iterable

from django.db.models import Max

from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.identity import database_id
from shop.events.models import Change
from shop.events.subscriptions import appliers_of


def apply_transaction(transaction_id: int) -> bool:
    """Apply what one committed transaction has logged; False when a cache did not take all of it."""
    return apply_changes(Change.objects.filter(transaction=transaction_id).order_by("id"))


def replay_log() -> bool:
    """Apply the retained log again, oldest first; False when a cache did not take all of it.

    Of what was logged before the last reset only the resets are left to say: no key of that time is read any more, and
    after a restore its versions may be above those of now.
    """
    resets = Change.objects.filter(operation=Change.Operation.RESET)
    last_reset = resets.aggregate(last=Max("id"))["last"] or 0
    since = Change.objects.filter(id__gt=last_reset) | resets
    return apply_changes(since.order_by("id").iterator(chunk_size=100))


def apply_changes(changes: Iterable[Change]) -> bool:
    """Apply each change to every cache that subscribed to its entity.

    The database's id is read first. 1. A reset commits; 2. another process starts, and fills entries under the new id;
    3. this process commits a write. It must invalidate under the new id, whether or not it has heard of the reset.
    """
    taken = True
    REGISTRY.ground().keys.follow(database_id())
    for change in changes:
        if change.operation == Change.Operation.RESET:
            taken &= _retire(change.retired_database)
        for applier in appliers_of(change.entity):
            taken &= applier(dict(zip(change.ids, change.versions, strict=True)))
    return taken


def _retire(retired_id: str) -> bool:
    """Mark a database id as dead, which every process meets at its next read."""
    ground = REGISTRY.ground()
    try:
        ground.store.mark(ground.keys.retired(retired_id))
    except StoreError:
        return False
    return True
