"""A sale starts, and something breaks in the middle: in the end nothing stale is stored or shown, in whatever tier."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import pytest

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.sale_stage import CLOCK, ON_SALE, REGULAR, SaleStage, stage

FULL = os.environ.get("FULL") == "1"
PRODUCTS = 10_000 if FULL else 1_000
STOPPED_S = 20.0 if FULL else 3.0
AWAY_S = 1.0
# Full of shoppers; at CI size as many as can differ from one another.
PROCESSES = 4 if FULL else 2


@dataclass
class Scene:
    shop: SaleStage
    valkey: EmbeddedValkey
    broker: EmbeddedKafka

    def start_sale(self) -> int:
        return self.shop.turn("on")


def relay_killed(scene: Scene) -> None:
    scene.shop.relay.kill()
    scene.start_sale()
    sleep(AWAY_S)
    scene.shop.relay.start()


def relay_killed_while_it_publishes(scene: Scene) -> None:
    scene.start_sale()
    scene.shop.relay.kill()
    sleep(AWAY_S)
    scene.shop.relay.start()


def consumer_killed(scene: Scene) -> None:
    scene.start_sale()
    scene.shop.consumer.kill()
    sleep(AWAY_S)
    scene.shop.consumer.start()


def broker_killed(scene: Scene) -> None:
    """The embedded one is started again empty: topics, offsets and group are gone with all it took."""
    scene.start_sale()
    scene.broker.kill()
    sleep(AWAY_S)
    scene.broker.start()
    scene.broker.wait_until_ready()


def valkey_stopped(scene: Scene) -> None:
    scene.valkey.pause()
    scene.start_sale()
    sleep(STOPPED_S)
    scene.valkey.resume()


def valkey_restarted_empty(scene: Scene) -> None:
    scene.start_sale()
    scene.valkey.kill()
    shutil.rmtree(scene.valkey.directory / "appendonlydir")
    scene.valkey.start()
    scene.valkey.wait_until_ready()


def valkey_restarted_from_an_older_snapshot(scene: Scene) -> None:
    """What is on its disk now is put back after the sale has reached it: the old prices return."""
    snapshot = scene.valkey.directory / "appendonlydir"
    sleep(1.5)
    shutil.copytree(snapshot, scene.shop.directory / "older")
    scene.start_sale()
    scene.shop.until_finished()
    scene.shop.until_right(since=CLOCK.now())
    scene.valkey.kill()
    shutil.rmtree(snapshot)
    shutil.copytree(scene.shop.directory / "older", snapshot)
    scene.valkey.start()
    scene.valkey.wait_until_ready()


def subscription_cut(scene: Scene) -> None:
    scene.start_sale()
    killed = scene.shop.client.client_kill_filter(_type="pubsub")
    assert killed >= len(scene.shop.readers)


FAULTS: dict[str, Callable[[Scene], None]] = {
    "relay killed": relay_killed,
    "relay killed while it publishes": relay_killed_while_it_publishes,
    "consumer killed": consumer_killed,
    "broker killed": broker_killed,
    "Valkey stopped": valkey_stopped,
    "Valkey restarted empty": valkey_restarted_empty,
    "Valkey restarted from an older snapshot": valkey_restarted_from_an_older_snapshot,
    "subscription cut": subscription_cut,
}
# They leave alone what Redis remembers, and so the floors: whoever has seen the sale's price never sees the old one.
REDIS_REMEMBERS = {
    "relay killed",
    "relay killed while it publishes",
    "consumer killed",
    "broker killed",
    "subscription cut",
}


@pytest.mark.kafka
@pytest.mark.timeout(240)
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_stale_is_left_whatever_breaks_in_the_middle_of_a_sale(
    transactional_db: None,
    private_valkey: Callable[..., EmbeddedValkey],
    private_kafka: Callable[..., EmbeddedKafka],
    tmp_path: Path,
    lifeline: Lifeline,
    capsys: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    valkey, broker = private_valkey(persistent=True), private_kafka()
    with stage(
        products=PRODUCTS,
        redis_url=valkey.url,
        servers=broker.url,
        directory=tmp_path / "stage",
        lifeline=lifeline,
        pace_s=0.2,
        processes=PROCESSES,
    ) as shop:
        FAULTS[fault](Scene(shop, valkey, broker))
        mended = CLOCK.now()
        shop.until_finished()
        took_s = shop.until_right(since=mended)

        reach = shop.reach(old=REGULAR, committed_ms=0)
        with capsys.disabled():
            print(f"\n{fault}: right everywhere {took_s:.1f} s after it was mended {reach.wrong}")  # noqa: T201  figures
        assert reach.wrong.get("mixed", 0) == 0
        if fault in REDIS_REMEMBERS:
            assert reach.wrong.get("went back", 0) == 0
        assert shop.stale() == []
        assert all(amount == str(ON_SALE) for one in shop.readers for amount, _ in one.ask("audit").values())
