"""One process of the stampede: `python -m tests.bench.callers '{...}'`. Says "ready", starts at a line of input."""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django

django.setup()

from django.core.cache import cache  # noqa: E402, TID251  this is what is measured against
from django.db import connection  # noqa: E402

from catalog.loaders import load_products  # noqa: E402
from catalog.models import Product  # noqa: E402
from catalog.product_cache import PRODUCT_CACHE  # noqa: E402
from catalog.snapshots import ProductSnapshot  # noqa: E402
from shop.caching.entry import Versioned  # noqa: E402
from tests.starting_line import StartingLine  # noqa: E402


class Callers:
    """`threads` callers who ask for one product in one of three ways."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan
        self._product_id, *self._others = Product.objects.values_list("pk", flat=True).order_by("pk")[
            : plan["threads"] + 1
        ]
        self._loads: list[int] = []
        self._waits: list[float] = []

    def ask(self) -> None:
        ways: dict[str, Callable[[], object]] = {"larder": self._larder, "naive": self._naive, "lock": self._lock}
        ways[self._plan["way"]]()

    def run(self) -> dict[str, Any]:
        line, opening = StartingLine(self._plan["threads"]), threading.Lock()
        done = threading.Barrier(self._plan["threads"])

        def caller(other_id: int) -> None:
            # A miss of another product: every connection that a miss needs is open before the start. One after the
            # other, since opening them takes longer than the gate of loads lets anybody wait.
            with opening:
                PRODUCT_CACHE.get(other_id, load=load_products)
                load_products([self._product_id])
            line.wait()
            started = time.perf_counter()
            self.ask()
            self._waits.append(time.perf_counter() - started)
            # Nobody clears up while somebody still waits.
            done.wait()
            connection.close()

        line.run([threading.Thread(target=caller, args=(other_id,)) for other_id in self._others])
        return {"waits": self._waits, "loads": len(self._loads)}

    def _load(self, ids: Sequence[int]) -> Mapping[int, Versioned[ProductSnapshot]]:
        self._loads.append(1)
        time.sleep(self._plan["load_seconds"])
        return load_products(ids)

    def _larder(self) -> object:
        return PRODUCT_CACHE.get(self._product_id, load=self._load)

    def _naive(self) -> object:
        value = cache.get(self._plan["key"])
        if value is None:
            value = self._load([self._product_id])
            cache.set(self._plan["key"], value)
        return value

    def _lock(self) -> object:
        value = cache.get(self._plan["key"])
        if value is None:
            with cache.lock(f"{self._plan['key']}-lock", timeout=3):  # type: ignore[attr-defined]
                value = cache.get(self._plan["key"])
                if value is None:
                    value = self._load([self._product_id])
                    cache.set(self._plan["key"], value)
        return value


if __name__ == "__main__":
    print(json.dumps(Callers(json.loads(sys.argv[1])).run()))  # noqa: T201  the parent reads it
