"""One process of the checkout benchmark: `python -m tests.bench.buyers '{...}'`. Says "ready", starts at a line.

Its argument is JSON: `way`, "larder" or "bare"; `threads`; `deals`, how many each thread makes; `product_ids`, from
which each thread takes in turn. Carts are filled before the start: what is measured is the checkout alone.
"""

import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402  Django must be set up first
from django.db import connection  # noqa: E402

from cart.checkout import CheckoutRequest, check_out  # noqa: E402
from cart.operations import add, create_cart  # noqa: E402
from cart.owner import Owner  # noqa: E402
from tests.starting_line import StartingLine  # noqa: E402

REQUEST = CheckoutRequest(
    email="ann@example.com", name="Ann Baker", address="1 Mill Lane\nOldham", card="4242424242424242"
)
# The limit: what any shop has to do at least, as a transaction of its own.
BARE = "UPDATE inventory_stock SET on_hand = on_hand - 1 WHERE product_id = %s AND on_hand - held >= 1"


class Buyers:
    """`threads` buyers, each with their goods chosen before the start."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan
        self._prepare: Callable[[int], list[Callable[[], object]]] = {"larder": self._larder, "bare": self._bare}[
            plan["way"]
        ]

    def run(self) -> dict[str, float]:
        """The seconds from the start until the last deal."""
        line = StartingLine(self._plan["threads"])
        starts: list[float] = []
        ends: list[float] = []

        def buyer(number: int) -> None:
            deals = self._prepare(number)
            line.wait()
            starts.append(time.perf_counter())
            for deal in deals:
                deal()
            ends.append(time.perf_counter())
            connection.close()

        line.run([threading.Thread(target=buyer, args=(number,)) for number in range(self._plan["threads"])])
        return {"seconds": max(ends) - min(starts)}

    def _products(self, number: int) -> list[int]:
        ids: list[int] = self._plan["product_ids"]
        deals: int = self._plan["deals"]
        return [ids[(number * deals + deal) % len(ids)] for deal in range(deals)]

    def _larder(self, number: int) -> list[Callable[[], object]]:
        return [self._checkout_of(product_id) for product_id in self._products(number)]

    def _checkout_of(self, product_id: int) -> Callable[[], object]:
        owner, cart_id = Owner(None, secrets.token_hex(8)), create_cart()
        add(cart_id=cart_id, product_id=product_id, quantity=1)

        def deal() -> None:
            answer = check_out(owner=owner, cart_id=cart_id, key=secrets.token_hex(8), request=REQUEST)
            if answer.order is None:
                raise RuntimeError(f"checkout {answer.id} has no order")

        return deal

    def _bare(self, number: int) -> list[Callable[[], object]]:
        database = psycopg.connect(os.environ["DATABASE_URL"])

        def deal(product_id: int) -> None:
            with database.transaction():
                database.execute(BARE, [product_id])

        return [lambda product_id=product_id: deal(product_id) for product_id in self._products(number)]  # type: ignore[misc]


if __name__ == "__main__":
    print(json.dumps(Buyers(json.loads(sys.argv[1])).run()))  # noqa: T201  the parent reads it
