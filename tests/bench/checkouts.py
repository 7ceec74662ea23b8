"""Checkouts a second, on one hot product and on many, beside a bare UPDATE of the same rows.

larder   the whole checkout: record, price, hold, pay, sell, write the order, empty the cart, put cart and stock
bare     one transaction of one conditional UPDATE, in psycopg: what no shop can be quicker than
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from inventory.operations import receive

PROCESSES: Final = 4
THREADS: Final = 2
WAYS: Final = ("bare", "larder")
SPREAD: Final = 1000


def measure(way: str, *, product_ids: Sequence[int], deals: int) -> float:
    """Deals a second of all processes together; `deals` is how many each thread makes."""
    plan = {"way": way, "threads": THREADS, "deals": deals, "product_ids": list(product_ids)}
    environment = os.environ | {"CACHE_NAMESPACE": f"bench-{secrets.token_hex(6)}"}
    crowd = []
    for number in range(PROCESSES):
        # Each process begins elsewhere in the list, so that on many products they rarely meet.
        start = number * len(product_ids) // PROCESSES
        mine = plan | {"product_ids": [*product_ids[start:], *product_ids[:start]]}
        command = [sys.executable, "-m", "tests.bench.buyers", json.dumps(mine)]
        crowd.append(
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    for process in crowd:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    slowest = max(json.loads(process.communicate(timeout=300)[0])["seconds"] for process in crowd)
    return float(PROCESSES * THREADS * deals / slowest)


def stock_up(product_ids: Sequence[int]) -> None:
    """More than all runs together sell."""
    for product_id in product_ids:
        receive(product_id=product_id, quantity=1_000_000, reason="for the measurements")
