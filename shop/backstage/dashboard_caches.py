"""How the caches of the answering process are, and whether Redis answers it."""

from dataclasses import dataclass

from django.db import Error

from shop.caching.breaker import BreakerState
from shop.caching.registry import REGISTRY, CacheRow
from shop.caching.store import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFigures:
    """`rows` come with the most missed first. `trouble` is empty while all is well."""

    rows: tuple[CacheRow, ...]
    breaker: BreakerState
    trouble: str
    slowest: str


def cache_figures() -> CacheFigures:
    """Asks as a page does, through the breaker, so that a dead server costs this page no more than any other."""
    ground = REGISTRY.ground()
    trouble = ""
    try:
        ground.read([])
    except StoreError as error:
        trouble = str(error)
    except Error:
        trouble = "the keys can't be known while the database does not answer"
    breaker = ground.breaker.state
    if not trouble and breaker is not BreakerState.CLOSED:
        trouble = f"the breaker is {breaker}"
    rows = sorted(REGISTRY.rows(), key=lambda row: (-row["misses"], row["name"]))
    timed = [row for row in rows if row["p99_ms"] is not None]
    slowest = max(timed, key=lambda row: row["p99_ms"] or 0.0)["name"] if timed else ""
    return CacheFigures(rows=tuple(rows), breaker=breaker, trouble=trouble, slowest=slowest)
