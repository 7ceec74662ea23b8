"""Valkey stalls between two steps of a miss: the reader goes on, and leaves no lease behind that others wait for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Timer
from time import perf_counter
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog.loaders import load_prices
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.cache_aside import CacheAside
from shop.caching.clock import SystemClock
from shop.caching.ground import Ground
from shop.caching.guarded_store import GuardedStore
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.redis_store import RedisStore
from shop.embedded.valkey import EmbeddedValkey
from tests.goods import Goods

STALL = 0.3
# Whoever waits for a lease that nobody gives back waits until it ends, far longer than a busy machine needs.
POLICY = replace(PRICE_POLICY, lease=6.0, wait_limit=7.0)
MOST_LONGER = 2.0
AFTER_THE_STALL = 3.0


class StallingStore(RedisStore):
    """Stops its server before the first call of one kind, and lets it go on a little later."""

    def __init__(self, valkey: EmbeddedValkey) -> None:
        client = partial(Redis.from_url, valkey.url, retry=Retry(NoBackoff(), 0))
        super().__init__(reads=client(socket_timeout=0.1), writes=client(socket_timeout=0.2))
        self._valkey = valkey
        self.stalls_before = ""

    def _run(self, name: str, *arguments: Any) -> Any:
        if name == self.stalls_before:
            self.stalls_before = ""
            self._valkey.pause()
            Timer(STALL, self._valkey.resume).start()
        return super()._run(name, *arguments)


@pytest.mark.parametrize("given_back", [True, False], ids=["given back", "control: not"])
@pytest.mark.parametrize("before", ["lease", "fill"])
def test_a_stall_inside_a_miss_leaves_no_lease_that_others_wait_for(
    goods: Goods,
    private_valkey: Callable[..., EmbeddedValkey],
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    given_back: bool,
) -> None:
    if not given_back:
        for module in ("leased_load", "fenced_load"):
            monkeypatch.setattr(f"shop.caching.{module}.give_back", lambda *_, **__: None)
    clock = SystemClock()
    breaker = CircuitBreaker(clock=clock)
    store = StallingStore(private_valkey())
    ground = Ground(
        store=GuardedStore(store, breaker=breaker),
        keys=KeySpace(namespace="stall", database_id=lambda: "here"),
        clock=clock,
        breaker=breaker,
        gate=LoadGate(),
        instrumentation=Instrumentation(),
    )
    cache = CacheAside(POLICY, PriceSnapshot, ground=lambda: ground, register=False)
    cache.get(goods.ids[1], load=load_prices)
    store.stalls_before = before

    started = perf_counter()
    stalled = cache.get(goods.id, load=load_prices)
    took = perf_counter() - started
    clock.wait(STALL)
    started = perf_counter()
    following = cache.get(goods.id, load=load_prices)
    waited = perf_counter() - started

    assert stalled.value == following.value
    assert took < MOST_LONGER
    assert breaker.state is BreakerState.CLOSED
    # A stalled fill may have been carried out after all, and then nobody waits, control or not.
    assert (waited < AFTER_THE_STALL) or not given_back
    if before == "lease":
        assert (waited < AFTER_THE_STALL) is given_back
