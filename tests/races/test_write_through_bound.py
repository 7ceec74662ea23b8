"""The bound: a write that has returned with PUT is seen by every read that begins afterwards, in any process.

Two writers raise a price a cent at a time while readers in other processes read it, each as often as it can. A reader
notes how many writes have returned before it reads: it must see at least these.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections

from catalog.loaders import load_prices
from shop.caching.store import Put, PutAnswer
from shop.caching.write_through import Outcome
from tests.races.ground import Scene, SteppedStore
from tests.races.written_prices import CENT, process, raise_by_a_cent

WRITES = 3000 if os.environ.get("FULL") == "1" else 250
WRITERS = 2
READERS = 3
START = Decimal("10.00")


class IdleStore(SteppedStore):
    """The control: puts do nothing, and say that they did."""

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        return [PutAnswer.STORED for _ in puts]


class Shop:
    """How many writes have returned, and how many reads showed less."""

    def __init__(self, product_id: int, *, puts: bool) -> None:
        self.scene = Scene()
        self._store = SteppedStore(self.scene.store) if puts else IdleStore(self.scene.store)
        self._product_id = product_id
        self._lock = threading.Lock()
        self.returned = 0
        self.writing = WRITERS
        self.reads = self.hits = self.too_old = 0

    def write(self) -> None:
        cache = process(self.scene, store=self._store, load=load_prices)
        try:
            for _ in range(WRITES):
                assert raise_by_a_cent(cache, self._product_id) is Outcome.PUT
                with self._lock:
                    self.returned += 1
        finally:
            with self._lock:
                self.writing -= 1
            connections.close_all()

    def read(self) -> None:
        cache = process(self.scene, load=load_prices)
        while self.writing:
            at_least = self.returned
            result = cache.get(self._product_id)
            assert result.value is not None
            with self._lock:
                self.reads += 1
                self.hits += result.status == "hit"
                self.too_old += result.value.amount < START + at_least * CENT
        connections.close_all()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("puts", [True, False], ids=["puts", "control: no puts"])
def test_whoever_reads_after_a_write_has_returned_sees_it(product_id: int, puts: bool) -> None:
    shop = Shop(product_id, puts=puts)
    process(shop.scene, load=load_prices).get(product_id)

    with ThreadPoolExecutor(WRITERS + READERS) as people:
        busy = [people.submit(shop.write) for _ in range(WRITERS)]
        busy += [people.submit(shop.read) for _ in range(READERS)]
        for person in busy:
            person.result()

    assert shop.reads > WRITES
    assert shop.hits > shop.reads * 0.9
    assert (shop.too_old == 0) is puts
    shop.scene.forget()
