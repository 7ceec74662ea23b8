"""A check of a rate limit, let through, against bare round trips of the same client.

    bare INCR     redis-py: what a counter for each minute takes, without its expiry
    bare script   redis-py's EVALSHA of a script that does nothing and answers as many numbers, with as many arguments
    direct        the same script, sent as Larder sends: without the client's retries and events
    larder        the limiter's check: breaker, figures and the answer's seconds included

The four take turns in short rounds, each on a key of its own; each figure is the median.
"""

import os
from collections.abc import Callable
from typing import Final

from redis import Redis
from rich.console import Console
from rich.table import Table

from shop.caching.redis_line import ask
from shop.caching.registry import REGISTRY
from shop.visitors.rate_limits.policies import CATALOG
from shop.visitors.rate_limits.registry import RATE_LIMITS
from tests.bench.turns import medians, turn

ROUNDS: Final = 200
CALLS: Final = 20
BARE: Final = "return {1, 99, 60000000}"


def print_rate_limiter(console: Console, *, rounds: int = ROUNDS) -> None:
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        times = measure(client, rounds=rounds)
    table = Table(title="A check of a rate limit, one process")
    for heading in ("way", "us a check", "times a bare INCR", "times a bare script"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, microseconds in times.items():
        ratios = (microseconds / times["bare INCR"], microseconds / times["bare script"])
        table.add_row(name, f"{microseconds:.0f}", f"{ratios[0]:.2f}", f"{ratios[1]:.2f}")
    console.print(table)
    console.print("Goal: larder at most 1.30 times a bare script.\n")


def measure(client: Redis, *, rounds: int = ROUNDS) -> dict[str, float]:
    """Microseconds a check, by way."""
    limiter = RATE_LIMITS.limiter()
    keys = REGISTRY.ground().keys
    sha = client.script_load(BARE)
    pool = client.connection_pool
    turns = []
    for each in range(rounds):
        # So that no window is ever full.
        subject = f"bench-{each}"
        key = keys.window("bench", subject)
        ways: dict[str, Callable[[], object]] = {
            "bare INCR": lambda key=key: client.incr(key),  # type: ignore[misc]
            "bare script": lambda key=key: client.evalsha(sha, 1, key, CATALOG.limit, 60_000),  # type: ignore[misc]
            "direct": lambda key=key: ask(pool, "EVALSHA", sha, 1, key, CATALOG.limit, 60_000),  # type: ignore[misc]
            "larder": lambda subject=subject: limiter.check(policy=CATALOG, subject=subject),  # type: ignore[misc]
        }
        turns.append(turn(ways, calls=CALLS))
        client.delete(key, keys.window(CATALOG.name, subject))
    return medians(turns)
