"""The read of one warm price: out of Redis, and out of this process's own copy.

The two take turns in short rounds, so that what else the machine does falls on both alike; each figure is the median.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from rich.console import Console
from rich.table import Table

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.ground import Ground
from shop.caching.local_tier import LocalTier
from shop.caching.policy import Policy
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from tests.bench.turns import medians, turn

CALLS: Final = 40
GOAL: Final = 0.10
# So that the copy outlives the rounds.
LONG_LIVED: Final = replace(PRICE_POLICY, local_ttl=PRICE_POLICY.ttl)


def contestants(product_id: int) -> dict[str, Callable[[], object]]:
    """Both, each a call without arguments; everything is warm after the first."""
    ground = REGISTRY.ground()
    tier = LocalTier(clock=ground.clock)
    tier.trust(until=float("inf"))
    copying = replace(ground, local=tier)
    calls: dict[str, Callable[[], object]] = {}
    for name, stands_on, status in (("redis", ground, Status.HIT), ("local tier", copying, Status.LOCAL)):
        cache = _cache(LONG_LIVED, stands_on)
        for _ in range(3):
            answered = cache.get(product_id, load=load_prices).status
        assert answered is status, f"{name} answers by {answered}"
        calls[name] = partial(cache.get, product_id, load=load_prices)
    return calls


def measure(product_id: int, *, rounds: int) -> dict[str, float]:
    """Microseconds a call, by contestant."""
    calls = contestants(product_id)
    return medians([turn(calls, calls=CALLS) for _ in range(rounds)])


def print_local_tier(console: Console, *, rounds: int) -> None:
    product_id = Price.objects.order_by("pk").values_list("pk", flat=True)[0]
    times = measure(product_id, rounds=rounds)
    table = Table(title="One warm price, one process")
    for heading in ("way", "us a call", "of a Redis hit"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, microseconds in times.items():
        table.add_row(name, f"{microseconds:.1f}", f"{microseconds / times['redis']:.3f}")
    console.print(table)
    console.print(f"Goal: the local tier costs at most {GOAL:.2f} of a Redis hit.\n")


def _cache(policy: Policy, ground: Ground) -> CacheAside[PriceSnapshot]:
    return CacheAside(policy, PriceSnapshot, ground=lambda: ground, register=False)
