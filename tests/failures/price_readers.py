"""A process full of shoppers who read prices all the time: `python -m tests.failures.price_readers '{...}'`.

Its argument is JSON: `product_ids`; `clients`; `batch`, how many products a client reads at once; `pace_s`, how long it
rests in between; `tier`, whether the process keeps copies of its own. It prints "ready" when it has read every price
once, and then answers lines on its standard input, each by a line of JSON:

    report    for each price that was shown, by product, when it was first and last shown; which amount each version
              came with; what went wrong; how late a client was woken; and begins afresh
    audit     the prices that the process shows now, each with its version
    stop      ends it
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  Django must be set up first

from catalog.loaders import load_prices  # noqa: E402
from catalog.price_cache import PRICE_CACHE  # noqa: E402
from shop.caching.clock import SystemClock  # noqa: E402
from shop.caching.load_gate import OverloadedError  # noqa: E402
from shop.wiring import keep_copies  # noqa: E402

CLOCK = SystemClock()


class Shoppers:
    """`shown[product][amount]` is when, first and last, in ms since 1970. Counted as wrong: a version below one that
    the same client has seen."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._product_ids: list[int] = plan["product_ids"]
        self._clients: int = plan["clients"]
        self._batch: int = plan["batch"]
        self._pace_s: float = plan["pace_s"]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._begin()

    def start(self) -> None:
        for chunk in range(0, len(self._product_ids), 500):
            PRICE_CACHE.get_many(self._product_ids[chunk : chunk + 500], load=load_prices)
        for number in range(self._clients):
            threading.Thread(target=self._shop, args=(number,), daemon=True).start()

    def report(self) -> dict[str, Any]:
        with self._lock:
            report = {
                "shown": self._shown,
                "versions": [(*seen, amount) for seen, amounts in self._versions.items() for amount in amounts],
                "wrong": dict(self._wrong),
                "statuses": dict(self._statuses),
                "reads": self._reads,
                "overslept_ms": self._overslept_ms,
            }
            self._begin()
        return report

    def audit(self) -> dict[int, list[Any]]:
        shown: dict[int, list[Any]] = {}
        for chunk in range(0, len(self._product_ids), 500):
            for product_id, result in PRICE_CACHE.get_many(
                self._product_ids[chunk : chunk + 500], load=load_prices
            ).items():
                shown[product_id] = [str(result.value.amount) if result.value else None, result.version]
        return shown

    def _begin(self) -> None:
        self._shown: dict[int, dict[str, tuple[int, int]]] = {product_id: {} for product_id in self._product_ids}
        self._versions: dict[tuple[int, int], set[str]] = {}
        self._wrong: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._reads = 0
        self._overslept_ms = 0

    def _shop(self, number: int) -> None:
        choice = random.Random(number)
        seen: dict[int, int] = {}
        try:
            while not self._stop.is_set():
                self._look(choice.sample(self._product_ids, self._batch), seen)
                self._rest()
        finally:
            connection.close()

    def _rest(self) -> None:
        """A client that is woken late says how late this machine lets anybody be."""
        began = time.monotonic()
        time.sleep(self._pace_s)
        overslept_ms = int((time.monotonic() - began - self._pace_s) * 1000)
        with self._lock:
            self._overslept_ms = max(self._overslept_ms, overslept_ms)

    def _look(self, wanted: Sequence[int], seen: dict[int, int]) -> None:
        try:
            results = PRICE_CACHE.get_many(wanted, load=load_prices)
        except OverloadedError:
            with self._lock:
                self._statuses["refused"] += 1
            return
        at_ms = int(CLOCK.now() * 1000)
        with self._lock:
            for product_id, result in results.items():
                price = result.value
                assert price is not None
                self._reads += 1
                self._statuses[result.status] += 1
                amount = str(price.amount)
                first_ms, _ = self._shown[product_id].get(amount, (at_ms, at_ms))
                self._shown[product_id][amount] = (first_ms, at_ms)
                self._versions.setdefault((product_id, result.version), set()).add(amount)
                if result.version < seen.get(product_id, 0):
                    self._wrong["went back"] += 1
                seen[product_id] = max(result.version, seen.get(product_id, 0))


def main(plan: Mapping[str, Any]) -> None:
    shoppers = Shoppers(plan)
    if plan["tier"]:
        keep_copies()
    shoppers.start()
    print("ready", flush=True)  # noqa: T201  the parent waits for it
    for line in sys.stdin:
        match line.strip():
            case "report":
                answer: Any = shoppers.report()
            case "audit":
                answer = shoppers.audit()
            case _:
                return
        print(json.dumps(answer), flush=True)  # noqa: T201  the parent reads it


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
