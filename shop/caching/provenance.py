"""Provenance: where each value of a page came from, collected while the page is made.

A request opens a scope; every read in it leaves its event there. The scope also remembers that the cache has failed
once: the rest of the request then leaves the cache alone, so that an ill server costs a page one time-out and not
twenty."""

from contextvars import ContextVar

from shop.caching.results import CacheEvent


class Provenance:
    """What one request has read. `round_trips` counts calls to the store, failed ones included."""

    __slots__ = ("cache_failed", "events", "round_trips")

    def __init__(self) -> None:
        self.events: list[CacheEvent] = []
        self.cache_failed = False
        self.round_trips = 0


_current: ContextVar[Provenance | None] = ContextVar("provenance", default=None)
current = _current.get


class collected:  # noqa: N801  used as a statement; a class because a generator costs more than the work done here
    """Collect what is read inside; scopes may nest, and each collects its own."""

    __slots__ = ("_scope", "_token")

    def __enter__(self) -> Provenance:
        self._scope = Provenance()
        self._token = _current.set(self._scope)
        return self._scope

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def collect(event: CacheEvent) -> None:
    """The listener that fills the current scope, where there is one."""
    if (scope := _current.get()) is not None:
        scope.events.append(event)
