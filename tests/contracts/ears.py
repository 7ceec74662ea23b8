"""Whoever listens to what a store tells."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis import Redis

from shop.caching.guarded_store import GuardedStore
from shop.caching.memory_store import MemoryStore
from shop.caching.store import Store

# Each call: what was told since the last one.
Ears = Callable[[], list[str]]


@contextmanager
def listening(store: Store, channel: str, redis: Redis) -> Iterator[Ears]:
    inner = store._store if isinstance(store, GuardedStore) else store
    if isinstance(inner, MemoryStore):
        heard: list[str] = []
        inner.listen(channel, heard.append)

        def drained() -> list[str]:
            taken = list(heard)
            heard.clear()
            return taken

        yield drained
        return
    with redis.pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(channel)

        def received() -> list[str]:
            """The echo of a ping comes behind everything that was told before."""
            subscription.ping()
            taken: list[str] = []
            while (message := subscription.get_message(timeout=5)) is not None and message["type"] != "pong":
                if message["type"] == "message":
                    taken.append(message["data"].decode())
            return taken

        received()
        yield received
