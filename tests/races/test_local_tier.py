"""The local tier stores an answer that a message has overtaken, and other ways for a process to keep what is old.

The messages come over a real subscription, and an actor of its own carries them out: late, as the play wants it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from redis.client import PubSub

from catalog.loaders import load_prices
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.ground import Ground
from shop.caching.local_feed import LocalFeed
from shop.caching.local_tier import LocalTier
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import Scene, SteppedStore, stepped_load
from tests.races.test_fill_against_write import write

READER = {"reader": 2}  # read, answered
WRITER = {"writer": 3}  # write, commit, invalidate
MESSENGER = {"messenger": 1}  # deliver
# Long enough for a whole play: the clock stands still in it.
KEPT = replace(PRICE_POLICY, local_ttl=PRICE_POLICY.ttl)


class AnsweringStore(SteppedStore):
    """A point after each read as well: the answer is there, and nothing is held yet."""

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        entries = super().read(keys)
        point("answered")
        return entries


class FloorlessTier(LocalTier):
    """For the control: a message drops what is held, and leaves nothing behind."""

    def raise_floors(self, versions: object) -> None:
        super().raise_floors(versions)  # type: ignore[arg-type]
        self._floors.clear()


class Copying:
    """A process that keeps copies, trusts them for ever, and is told of changes when `deliver` is called."""

    def __init__(self, scene: Scene, tier: Callable[..., LocalTier]) -> None:
        self.tier = tier(clock=scene.clock)
        self.tier.trust(until=float("inf"))
        base = scene.process()._ground()
        self.ground: Ground = replace(base, store=AnsweringStore(scene.store), local=self.tier)
        self.cache = CacheAside(KEPT, PriceSnapshot, ground=lambda: self.ground, register=False)
        self._feed = LocalFeed(tier=self.tier, keys=self.ground.keys)
        self._heard: PubSub = scene.redis.pubsub()  # type: ignore[no-untyped-call]
        self._heard.subscribe(scene.keys.changes)
        self.deliver()

    def deliver(self) -> None:
        """Carry out all that was told up to now; the echo of a ping comes behind it."""
        self._heard.ping()
        while (message := self._heard.get_message(timeout=5)) is not None and message["type"] != "pong":
            if message["type"] == "message":
                self._feed(message["data"].decode())

    def close(self) -> None:
        self._heard.close()


def messenger(process: Copying) -> None:
    point("deliver")
    process.deliver()


def orders_that_keep_old_prices(
    stage: Stage,
    product_id: int,
    *,
    tier: Callable[..., LocalTier],
    steps: dict[str, int],
    same_process: bool = False,
    most: int = 400,
) -> list[tuple[str, ...]]:
    """Play every order, deliver all messages; the orders after which the process still shows what was before."""
    stale = []
    amount = Decimal("10.00")
    for order in interleavings(steps, most=most):
        scene = Scene()
        process = Copying(scene, tier)
        # In the store, so that a reader's first answer comes out of it.
        for _ in range(2):
            scene.process().get(product_id, load=load_prices)
        process.deliver()
        amount = amount % 90 + 1
        writing = process.cache if same_process else scene.process()
        jobs: dict[str, Callable[[], object]] = {
            name: partial(process.cache.get, product_id, load=stepped_load) for name in steps if "reader" in name
        }
        jobs |= {"writer": partial(write, product_id, writing, amount), "messenger": partial(messenger, process)}
        stage.play({name: jobs[name] for name in jobs if name in steps}, order)
        if not same_process:
            process.deliver()
        shown = process.cache.peek(product_id)
        if shown is not None and shown.amount != amount:
            stale.append(order)
        process.close()
        scene.forget()
    return stale


def test_a_process_keeps_no_answer_that_a_message_has_overtaken_in_any_order(stage: Stage, product_id: int) -> None:
    steps = READER | WRITER | MESSENGER
    assert orders_that_keep_old_prices(stage, product_id, tier=LocalTier, steps=steps) == []


def test_control_a_tier_without_floors_keeps_an_overtaken_answer(stage: Stage, product_id: int) -> None:
    steps = READER | WRITER | MESSENGER
    assert orders_that_keep_old_prices(stage, product_id, tier=FloorlessTier, steps=steps) != []


@pytest.mark.timeout(900)  # all 1,680 orders at full size
def test_two_readers_a_writer_and_late_messages_leave_no_old_copy(stage: Stage, product_id: int) -> None:
    steps = {"reader 1": 2, "reader 2": 2} | WRITER | MESSENGER
    assert orders_that_keep_old_prices(stage, product_id, tier=LocalTier, steps=steps, most=120) == []


def test_a_writer_s_own_process_shows_nothing_old_though_no_message_has_come(stage: Stage, product_id: int) -> None:
    steps = READER | WRITER
    assert orders_that_keep_old_prices(stage, product_id, tier=LocalTier, steps=steps, same_process=True) == []


def test_control_a_writer_that_leaves_its_own_process_to_the_messages_shows_the_old_price(
    stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ground, "outdate", lambda ground, policy, versions: None)

    steps = READER | WRITER
    assert orders_that_keep_old_prices(stage, product_id, tier=LocalTier, steps=steps, same_process=True) != []
