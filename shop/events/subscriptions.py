"""Who wants to know of changes to which entity. The apps subscribe when Django starts (`AppConfig.ready`).

What nobody here knows, a later release logs: the change is not applied by letting it pass. Proved by
tests/integration/test_consumer_letters.py.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final

# Takes the ids that were written, each with its new version; False if they must be offered again.
Applier = Callable[[Mapping[int, int]], bool]

# Logged for whoever wants to know, and cached nowhere.
UNCACHED: Final = frozenset({"flash_sale"})

_appliers: dict[str, list[Applier]] = defaultdict(list)


def subscribe(entity: str, applier: Applier) -> None:
    """Call `applier` with every logged change of `entity`."""
    if applier not in _appliers[entity]:
        _appliers[entity].append(applier)


def appliers_of(entity: str) -> tuple[Applier, ...]:
    return tuple(_appliers.get(entity, ()))


def is_known(entity: str) -> bool:
    """Whether this release knows which caches show this entity, if any do."""
    return entity in UNCACHED or bool(_appliers.get(entity))
