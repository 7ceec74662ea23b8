"""What a message does to the local tier. Messages are carried out in the order in which they come, by one thread."""

from collections.abc import Callable

from shop.caching.keys import KeySpace
from shop.caching.local_tier import LocalTier
from shop.caching.messages import EMPTY, RETIRED, TRACE, changes_of


class LocalFeed:
    """Called with each message. `on_trace` is called with a trace's id when all before it has been carried out; it must
    be quick and must not raise."""

    def __init__(
        self, *, tier: LocalTier, keys: KeySpace, on_trace: Callable[[str], None] = lambda trace_id: None
    ) -> None:
        self.tier = tier
        self._keys = keys
        self._on_trace = on_trace

    def __call__(self, message: str) -> None:
        if message[:1].isdigit():
            self.tier.raise_floors(changes_of(message))
        elif message == EMPTY:
            self.tier.empty()
        elif message == RETIRED:
            self._keys.renew()
            self.tier.empty()
        elif message.startswith(TRACE):
            self._on_trace(message.removeprefix(TRACE))
