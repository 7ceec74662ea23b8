"""A stampede: 64 callers in 2 processes miss one key whose load takes 50 ms. How many loads, and how long they wait.

larder   single-flight in each process, a lease across them
naive    each caller asks, misses, loads and stores
lock     django-redis's distributed lock around the load, with its default pause between tries
"""

import json
import os
import secrets
from dataclasses import dataclass, replace
from typing import Final

from tests.starting_line import lined_up, start

PROCESSES: Final = 2
CALLERS: Final = 32
LOAD_SECONDS: Final = 0.05
WAYS: Final = ("larder", "naive", "lock")


@dataclass(frozen=True)
class Outcome:
    loads: int
    p50_ms: float
    p99_ms: float


def measure(way: str, *, crowds: int) -> Outcome:
    """The median of some crowds, by their p99, and the most loads that any of them caused."""
    outcomes = sorted((gather(way) for _ in range(crowds)), key=lambda outcome: outcome.p99_ms)
    return replace(outcomes[crowds // 2], loads=max(outcome.loads for outcome in outcomes))


def gather(way: str) -> Outcome:
    """One crowd; see tests/bench/callers.py for what each of its processes does."""
    plan = {"way": way, "threads": CALLERS, "load_seconds": LOAD_SECONDS, "key": secrets.token_hex(6)}
    command = ["-m", "tests.bench.callers", json.dumps(plan)]
    environment = os.environ | {"CACHE_NAMESPACE": f"bench-{plan['key']}"}
    waits: list[float] = []
    loads = 0
    with lined_up([command] * PROCESSES, environment=environment) as crowd:
        start(crowd)
        for process in crowd:
            told = json.loads(process.communicate(timeout=60)[0])
            waits += told["waits"]
            loads += told["loads"]
    waits.sort()
    return Outcome(loads, waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000)
