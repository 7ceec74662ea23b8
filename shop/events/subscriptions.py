"""Who wants to know of changes to which entity. The apps subscribe when Django starts (`AppConfig.ready`)."""

from collections import defaultdict
from collections.abc import Callable, Mapping

# Takes the ids that were written, each with its new version; False if they must be offered again.
Applier = Callable[[Mapping[int, int]], bool]

_appliers: dict[str, list[Applier]] = defaultdict(list)


def subscribe(entity: str, applier: Applier) -> None:
    """Call `applier` with every logged change of `entity`."""
    if applier not in _appliers[entity]:
        _appliers[entity].append(applier)


def appliers_of(entity: str) -> tuple[Applier, ...]:
    return tuple(_appliers.get(entity, ()))
