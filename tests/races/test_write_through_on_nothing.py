"""A writer stalls between reading its row again and putting it; meanwhile another writes, and their entry is evicted.

The other one's write has returned with PUT: whatever becomes of the one that stalled, nobody may see the older row.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections

from catalog.loaders import load_prices
from catalog.snapshots import PriceSnapshot
from shop.caching.entry import Versioned
from shop.caching.redis_store import script_text
from shop.caching.store import Put, PutAnswer
from shop.caching.write_through import Outcome
from tests.races.ground import Scene, SteppedStore
from tests.races.written_prices import STORES_ON_NOTHING, committed, process, raise_by_a_cent, shown

LONG_S = 10.0


class KilledError(BaseException):
    """The process is gone: nothing after this point runs."""


class WatchedStore(SteppedStore):
    """Something happens right after a put."""

    after_put: Callable[[], None] = staticmethod(lambda: None)

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        answers = super().put(puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)
        self.after_put()
        return answers

    def release(self, keys: Sequence[str], *, token: str) -> None:
        """Who is killed gives nothing back."""


class Stall:
    """A loader that reads, and then stands still the first time."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()

    def load(self, ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
        found = load_prices(ids)
        if not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(LONG_S)
        return found


@contextmanager
def outrun(scene: Scene, store: WatchedStore, product_id: int) -> Iterator[Callable[[], Future[Outcome]]]:
    """A has committed v1, read it again, and stalls; B's v2 was put and is evicted. Yields what lets A go on."""
    stall = Stall()
    slow = process(scene, store=store, load=stall.load)

    def write() -> Outcome:
        try:
            return raise_by_a_cent(slow, product_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert stall.reached.wait(LONG_S)
        assert raise_by_a_cent(process(scene, load=load_prices), product_id) is Outcome.PUT
        assert shown(scene, product_id) == committed(product_id)
        scene.evict(product_id)

        def go_on() -> Future[Outcome]:
            stall.go.set()
            return writer

        yield go_on
    scene.forget()


FIXED = pytest.mark.parametrize("fixed", [True, False], ids=["leased", "control: stored on nothing"])


@FIXED
def test_nobody_is_shown_a_row_that_was_outrun_while_its_writer_looks_again(product_id: int, fixed: bool) -> None:
    scene = Scene(scripts=script_text if fixed else STORES_ON_NOTHING)
    store = WatchedStore(scene.store)
    right: list[bool] = []

    def look() -> None:
        right.append(shown(scene, product_id) == committed(product_id))

    store.after_put = look

    with outrun(scene, store, product_id) as go_on:
        assert go_on().result(LONG_S) is Outcome.PUT
        assert (shown(scene, product_id) == committed(product_id)) is fixed

    assert right == [fixed]


@FIXED
def test_nobody_is_shown_it_where_its_writer_is_killed_then(product_id: int, fixed: bool) -> None:
    scene = Scene(scripts=script_text if fixed else STORES_ON_NOTHING)
    store = WatchedStore(scene.store)

    def die() -> None:
        raise KilledError

    store.after_put = die

    with outrun(scene, store, product_id) as go_on:
        assert isinstance(go_on().exception(LONG_S), KilledError)
        assert (shown(scene, product_id) == committed(product_id)) is fixed
