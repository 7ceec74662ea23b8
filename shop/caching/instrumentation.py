"""The hook through which everyone else learns of reads: metrics, provenance, tests. The patterns import none of them.

A listener is called in the reader's thread with a frozen event, and must be quick and must not raise.
"""

from collections.abc import Callable

from shop.caching.results import CacheEvent

Listener = Callable[[CacheEvent], None]


class Instrumentation:
    """The listeners of one process. A tuple, replaced when it changes, so that emitting needs no lock."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns the way to stop it."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(kept for kept in self._listeners if kept is not listener)

        return unsubscribe

    def emit(self, event: CacheEvent) -> None:
        for listener in self._listeners:
            listener(event)
