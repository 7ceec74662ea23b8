"""A process full of buyers of the last units: `python -m tests.failures.buyers '{...}'`.

Its argument is JSON: `product_ids`, each with few units, bought up one after the other; `threads`; `way`, "larder" or
one of the controls, which read, decide and then write: "naive" and "unconditional". It prints "ready", starts when a
line comes on its standard input, and prints as JSON how many units were sold, how many writes the cache did not take,
and how long the slowest deal took.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  Django must be set up first

from inventory.models import Stock  # noqa: E402
from inventory.operations import OutOfStockError, commit, ledger, release, reserve  # noqa: E402
from inventory.queries import get_stock  # noqa: E402
from inventory.stock_cache import STOCK_POLICY  # noqa: E402
from shop.caching.registry import REGISTRY  # noqa: E402
from tests.repaired import await_repair  # noqa: E402
from tests.starting_line import StartingLine  # noqa: E402

MOST_AT_ONCE = 3
# Some think better of it, and their units go back on the shelf.
CHANGES_OF_MIND = 0.2


def larder(product_id: int, quantity: int) -> int:
    """Units bought: none if the buyer thinks better of it. Raises OutOfStockError."""
    reservation = reserve(quantities={product_id: quantity}, lasts=timedelta(minutes=1))
    if random.random() < CHANGES_OF_MIND:
        release(reservation_id=reservation)
        return 0
    commit(reservation_id=reservation)
    return quantity


def unconditional(product_id: int, quantity: int) -> int:
    """The control: 1. read; 2. decide; 3. all that the shop does, whose statement has lost its condition."""
    if Stock.objects.get(pk=product_id).available < quantity:
        raise OutOfStockError(())
    return larder(product_id, quantity)


def naive(product_id: int, quantity: int) -> int:
    """The control: 1. read; 2. decide; 3. write what was computed. Two buyers who read the same both buy."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT on_hand FROM inventory_stock WHERE product_id = %s", [product_id])
        (on_hand,) = cursor.fetchone()
        if on_hand < quantity:
            raise OutOfStockError(())
        cursor.execute(
            "UPDATE inventory_stock SET on_hand = %s WHERE product_id = %s", [on_hand - quantity, product_id]
        )
    return quantity


WAYS: Mapping[str, Callable[[int, int], int]] = {"larder": larder, "unconditional": unconditional, "naive": naive}
CONDITION = "AND stock.held + locked.held BETWEEN 0 AND stock.on_hand + locked.on_hand"


def forget_the_condition() -> None:
    """From now on this process moves stock whatever is left of it."""
    shortened = ledger._MOVE.replace(CONDITION, "")
    assert shortened != ledger._MOVE
    ledger._MOVE = shortened


def wait_in_line() -> None:
    """This thread's connection waits longer for its turn at a row: whoever has it may be off a busy machine's cores."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '15s'; SET statement_timeout = '20s'")


class Buyers:
    """`sold` is units by product; `slowest` is the longest deal, in seconds."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._product_ids: list[int] = plan["product_ids"]
        self._threads: int = plan["threads"]
        self._deal = WAYS[plan["way"]]
        if self._deal is unconditional:
            forget_the_condition()
        self._together = threading.Barrier(self._threads)
        self._lock = threading.Lock()
        self._sold = dict.fromkeys(self._product_ids, 0)
        self._slowest = 0.0
        self._failures: list[str] = []

    def run(self) -> dict[str, Any]:
        line = StartingLine(self._threads)

        def buyer() -> None:
            get_stock(product_id=self._product_ids[0])
            wait_in_line()
            line.wait()
            try:
                for product_id in self._product_ids:
                    self._together.wait()
                    self._buy_up(product_id)
            except Exception as error:  # noqa: BLE001  whatever it is, the test must hear of it
                self._failures.append(f"{type(error).__name__}: {error}")
                self._together.abort()
            finally:
                connection.close()

        line.run([threading.Thread(target=buyer) for _ in range(self._threads)])
        # A shop's process lives on, and repairs what a cache that was away did not take.
        await_repair()
        return {
            "sold": list(self._sold.values()),
            "lost_puts": REGISTRY.metrics.of(STOCK_POLICY.name).lost_writes,
            "slowest": self._slowest,
            "failures": self._failures,
        }

    def _buy_up(self, product_id: int) -> None:
        """Buy until even a single unit can't be had."""
        quantity = MOST_AT_ONCE
        while quantity:
            get_stock(product_id=product_id)
            started = time.monotonic()
            try:
                bought = self._deal(product_id, random.randint(1, quantity))
            except OutOfStockError:
                bought = 0
                quantity -= 1
            with self._lock:
                self._sold[product_id] += bought
                self._slowest = max(self._slowest, time.monotonic() - started)


if __name__ == "__main__":
    print(json.dumps(Buyers(json.loads(sys.argv[1])).run()))  # noqa: T201  the parent reads it
