"""From the change log into the caches. Applying is idempotent: the fence makes a second time, or a late one,
harmless."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from shop.caching.guard import past_the_breaker
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.identity import database_id
from shop.events.messages import RESET, Event
from shop.events.models import Change
from shop.events.subscriptions import appliers_of


def apply_transaction(transaction_id: int) -> bool:
    """Apply what one committed transaction has logged; False when a cache did not take all of it."""
    return apply_changes(Change.objects.filter(transaction=transaction_id).order_by("id"))


def replay_log() -> bool:
    """Apply the retained log again, oldest first; False when a cache did not take all of it.

    What has a lower number than the last reset is applied too: 1. a writer logs 17; 2. a reset logs 18 and commits;
    3. a reader fills under the new id; 4. the writer commits. A floor that is too high, after a restore, only keeps an
    entry from being stored for as long as a tombstone lives.
    """
    return apply_changes(Change.objects.order_by("id").iterator(chunk_size=100))


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


def apply_events(events: Sequence[Event]) -> list[Event] | None:
    """Apply what has come from the broker, by one invalidation a cache, past the breaker.

    Answers the events that are done with: all but those of another database id than the one in force. None when a cache
    did not take all of it. Raises django.db.DatabaseError.
    """
    in_force = database_id()
    current = [event for event in events if event.database == in_force]
    with past_the_breaker():
        REGISTRY.ground().keys.follow(in_force)
        taken = True
        for event in current:
            if event.type == RESET:
                taken &= _retire(event.retired)
        for entity, versions in _merged(current).items():
            for applier in appliers_of(entity):
                taken &= applier(versions)
    return current if taken else None


def _merged(events: Sequence[Event]) -> Mapping[str, dict[int, int]]:
    """The highest version of each id that the events name, by entity: the fence would make the same of them."""
    merged: dict[str, dict[int, int]] = defaultdict(dict)
    for event in events:
        versions = merged[event.entity]
        for entry_id, version in zip(event.ids, event.versions, strict=True):
            versions[entry_id] = max(version, versions.get(entry_id, 0))
    return merged


def _retire(retired_id: str) -> bool:
    """Mark a database id as dead, which every process meets at its next read; those that keep copies are told."""
    ground = REGISTRY.ground()
    try:
        ground.store.mark(ground.keys.retired(retired_id), channel=ground.keys.changes)
    except StoreError:
        return False
    return True
