"""Checkouts a second, on one hot product and on many, beside a bare UPDATE of the same rows.

larder   the whole checkout: record, price, hold, pay, sell, write the order, empty the cart, put cart and stock
bare     one transaction of one conditional UPDATE, in psycopg: what no shop can be quicker than
"""

import json
import os
import secrets
from collections.abc import Sequence
from typing import Final

from inventory.operations import receive
from tests.starting_line import lined_up, start

PROCESSES: Final = 4
THREADS: Final = 2
WAYS: Final = ("bare", "larder")
SPREAD: Final = 1000


def measure(way: str, *, product_ids: Sequence[int], deals: int) -> float:
    """Deals a second of all processes together; `deals` is how many each thread makes."""
    plan = {"way": way, "threads": THREADS, "deals": deals, "product_ids": list(product_ids)}
    environment = os.environ | {"CACHE_NAMESPACE": f"bench-{secrets.token_hex(6)}"}
    commands = []
    for number in range(PROCESSES):
        # Each process begins elsewhere in the list, so that on many products they rarely meet.
        first = number * len(product_ids) // PROCESSES
        mine = plan | {"product_ids": [*product_ids[first:], *product_ids[:first]]}
        commands.append(["-m", "tests.bench.buyers", json.dumps(mine)])
    with lined_up(commands, environment=environment) as crowd:
        start(crowd)
        slowest = max(json.loads(process.communicate(timeout=300)[0])["seconds"] for process in crowd)
    return float(PROCESSES * THREADS * deals / slowest)


def stock_up(product_ids: Sequence[int]) -> None:
    """More than all runs together sell."""
    for product_id in product_ids:
        receive(product_id=product_id, quantity=1_000_000, reason="for the measurements")
