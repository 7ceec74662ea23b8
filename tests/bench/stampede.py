"""A stampede: 64 callers in 2 processes miss one key whose load takes 50 ms. How many loads, and how long they wait.

larder   single-flight in each process, a lease across them
naive    each caller asks, misses, loads and stores
lock     django-redis's distributed lock around the load, with its default pause between tries
"""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Final

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
    command = [sys.executable, "-m", "tests.bench.callers", json.dumps(plan)]
    environment = os.environ | {"CACHE_NAMESPACE": f"bench-{plan['key']}"}
    crowd = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in crowd:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    waits: list[float] = []
    loads = 0
    for process in crowd:
        told = json.loads(process.communicate(timeout=60)[0])
        waits += told["waits"]
        loads += told["loads"]
    waits.sort()
    return Outcome(loads, waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000)
