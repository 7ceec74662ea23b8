"""Says on every answer where its values came from: Cache-Status (RFC 9211) and Server-Timing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import floor

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shop.caching import provenance
from shop.caching.results import CacheEvent, Status

# RFC 9211: a stored answer is a `hit`, also a stale one, whose `ttl` is negative; else `fwd` says why it was not used.
# A write is `fwd=method`, and `stored` when the cache holds just what was written.
FORWARDED = {
    Status.MISS: "miss",
    Status.ERROR: "miss",
    Status.SKIPPED: "bypass",
    Status.BYPASSED: "bypass",
    Status.PUT: "method",
    Status.UNPUT: "method",
}
WORST_FIRST = (
    Status.ERROR,
    Status.SKIPPED,
    Status.UNPUT,
    Status.BYPASSED,
    Status.MISS,
    Status.PUT,
    Status.STALE,
    Status.NEGATIVE,
    Status.HIT,
    Status.LOCAL,
)
# Whose key names a person must not be shown to anyone.
PRIVATE = frozenset({"session", "cart"})


class ProvenanceMiddleware:
    """Opens a provenance scope for each request, and writes what it collected into the headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with provenance.collected() as scope:
            response = self._get_response(request)
        if scope.events:
            by_cache: dict[str, list[CacheEvent]] = defaultdict(list)
            for event in scope.events:
                by_cache[event.cache].append(event)
            response["Cache-Status"] = ", ".join(cache_status(name, events) for name, events in by_cache.items())
            response["Server-Timing"] = ", ".join(server_timing(name, events) for name, events in by_cache.items())
        return response


def cache_status(name: str, events: Sequence[CacheEvent]) -> str:
    """One member of Cache-Status for all reads of one cache: the least good of them, with counts if they differ."""
    counts = {status: sum(event.status is status for event in events) for status in WORST_FIRST}
    worst = next(status for status in WORST_FIRST if counts[status])
    parts = [name]
    forwarded = FORWARDED.get(worst)
    parts.append(f"fwd={forwarded}" if forwarded else "hit")
    if worst is Status.PUT and not any(event.detail for event in events if event.status is Status.PUT):
        parts.append("stored")
    ttls = [event.ttl_ms / 1000 for event in events if event.ttl_ms is not None]
    if not forwarded and ttls:
        parts.append(f"ttl={floor(min(ttls))}")
    if any(event.collapsed for event in events):
        parts.append("collapsed")
    if len(events) == 1 and name not in PRIVATE:
        parts.append(f'key="{events[0].entry_id}"')
    parts.append(f'detail="{_detail(worst, counts, events)}"')
    return "; ".join(parts)


def server_timing(name: str, events: Sequence[CacheEvent]) -> str:
    return f"{name};dur={max(event.latency_ms for event in events):.2f}"


def _detail(worst: Status, counts: dict[Status, int], events: Sequence[CacheEvent]) -> str:
    if len(events) > 1:
        return " ".join(f"{status}={count}" for status, count in counts.items() if count)
    return f"{worst}: {events[0].detail}" if events[0].detail else str(worst)
