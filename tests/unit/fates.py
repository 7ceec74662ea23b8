"""What became of each write, as it was counted."""

from shop.caching.results import Status
from tests.unit.memory_ground import Kitchen


def fates(kitchen: Kitchen) -> list[tuple[int, Status, str]]:
    return [(event.entry_id, event.status, event.detail) for event in kitchen.events]
