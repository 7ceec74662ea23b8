"""The caches of this process: their policies, their figures, and the ground they all stand on.

`shop/wiring.py` says how the ground is made; it is made at the first read, so that importing a binding connects
nothing."""

import threading
from collections.abc import Callable
from typing import TypedDict

from shop.caching.ground import Ground
from shop.caching.metrics import Metrics
from shop.caching.policy import Policy, PolicyError


class NotWiredError(RuntimeError):
    """A cache was used before the process was wired: django.setup() has not run."""


class CacheRow(TypedDict):
    """One cache, for `manage.py caches` and GET /api/caches. The counts are this process's since it started."""

    name: str
    pattern: str
    schema: int
    ttl: float
    jitter: float
    stale_grace: float
    negative_ttl: float
    local_ttl: float
    hits: int
    local_hits: int
    misses: int
    stale: int
    errors: int
    skips: int
    bypasses: int
    writes: int
    lost_writes: int
    hit_ratio: float | None
    p50_ms: float | None
    p99_ms: float | None
    breaker: str


class Registry:
    """Thread-safe. There is one for the process; tests of the registry make their own."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self._policies: dict[str, Policy] = {}
        self._make: Callable[[], Ground] | None = None
        self._ground: Ground | None = None
        self._lock = threading.Lock()

    def add(self, policy: Policy) -> None:
        if policy.name in self._policies:
            raise PolicyError(f"policy {policy.name!r}: name: there is another cache of this name")
        self._policies[policy.name] = policy

    def wire(self, make: Callable[[], Ground]) -> None:
        """Say how the ground is made; what was made before is forgotten."""
        with self._lock:
            self._make, self._ground = make, None

    def ground(self) -> Ground:
        if self._ground is not None:
            return self._ground
        with self._lock:
            if self._ground is None:
                if self._make is None:
                    raise NotWiredError("no ground: call django.setup() first, or pass a ground of your own")
                self._ground = self._make()
            return self._ground

    def policies(self) -> list[Policy]:
        return sorted(self._policies.values(), key=lambda policy: policy.name)

    def rows(self) -> list[CacheRow]:
        breaker = self.ground().breaker.state
        rows: list[CacheRow] = []
        for policy in self.policies():
            figures = self.metrics.of(policy.name)
            rows.append(
                CacheRow(
                    name=policy.name,
                    pattern=policy.pattern,
                    schema=policy.schema,
                    ttl=policy.ttl,
                    jitter=policy.jitter,
                    stale_grace=policy.stale_grace,
                    negative_ttl=policy.negative_ttl,
                    local_ttl=policy.local_ttl,
                    hits=figures.hits,
                    local_hits=figures.local_hits,
                    misses=figures.misses,
                    stale=figures.stale,
                    errors=figures.errors,
                    skips=figures.skips,
                    bypasses=figures.bypasses,
                    writes=figures.writes,
                    lost_writes=figures.lost_writes,
                    hit_ratio=figures.hit_ratio,
                    p50_ms=figures.percentile_ms(0.50),
                    p99_ms=figures.percentile_ms(0.99),
                    breaker=breaker,
                )
            )
        return rows


REGISTRY = Registry()


def rows() -> list[CacheRow]:
    return REGISTRY.rows()
