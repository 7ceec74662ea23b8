"""Which caches are audited. The apps name their own when Django starts (`AppConfig.ready`)."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shop.caching.fenced_entries import FencedEntries
from shop.caching.ground import Loader
from shop.caching.registry import REGISTRY
from shop.caching.serializer import Serializer
from shop.events.audit.row_ids import RowIds

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited(Generic[T]):
    """One cache, and how its rows are read: by the loader that fills it."""

    cache: FencedEntries[T]
    serializer: Serializer[T]
    load: Loader[T]
    ids: RowIds

    @property
    def name(self) -> str:
        return self.cache.policy.name


_audited: dict[str, Audited[Any]] = {}


def audit(cache: FencedEntries[T], snapshot: type[T], *, load: Loader[T], table: str, key: str = "id") -> None:
    """Audit this cache: its entries hold a `snapshot`, and are keyed by the column `key` of `table`."""
    audited = Audited(cache=cache, serializer=Serializer(snapshot), load=load, ids=RowIds(table, key))
    _audited[audited.name] = audited


def audited_caches() -> list[Audited[Any]]:
    return [_audited[name] for name in sorted(_audited)]


def unaudited_caches() -> list[str]:
    """What the registry knows and no app has named."""
    return [policy.name for policy in REGISTRY.policies() if policy.name not in _audited]
