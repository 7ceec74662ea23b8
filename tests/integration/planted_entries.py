"""Entries that nobody of ours would store, put where readers find them; and a clock on which a wait takes no time."""

from collections.abc import Callable

from shop.caching.clock import ManualClock
from shop.caching.policy import Policy
from shop.caching.registry import REGISTRY
from shop.caching.store import Fill, FillAnswer, Put, PutAnswer


class WatchedClock(ManualClock):
    """Something may happen while somebody waits."""

    def __init__(self, start: float) -> None:
        super().__init__(start)
        self.meanwhile: Callable[[], object] = lambda: None

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        self.meanwhile()


def plant(policy: Policy, entry_id: int, entry: bytes) -> None:
    """These bytes, whatever is there."""
    ground = REGISTRY.ground()
    (key,) = ground.keys.entries(policy, [entry_id])
    # What is no entry of ours could refuse nothing, so that the put has the lease.
    ground.store.mark(key)
    put = [Put(key, entry, policy.kept_ms)]
    assert ground.store.put(put, token="t", lease_ms=1000, tombstone_ms=1000) == [PutAnswer.LEASED]
    assert ground.store.fill([Fill(key, entry, policy.kept_ms)], token="t") == [FillAnswer.STORED]
