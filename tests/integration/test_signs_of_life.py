"""A consumer gives its signs of life also while it waits for Redis with a batch in hand."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection

from shop.embedded.valkey import EmbeddedValkey
from shop.events.models import Station
from shop.events.running import SIGN_EVERY_S, Signs, run
from shop.events.station import StationSign, alive
from shop.stop import Stop
from tests.failures.web import until
from tests.goods import Goods
from tests.integration.cached_prices import write
from tests.integration.event_stream import Stream, unfinished

pytestmark = pytest.mark.usefixtures("goods", "empty_log")

SOON_S = 10.0


def consume(stream: Stream, stop: Stop, *, tells: bool) -> None:
    """As the command does it."""
    signs = Signs(name="consumer", sign=lambda: StationSign(consumer.handled, lag=consumer.lag()), clock=stream.clock)
    consumer = stream.consumer(meanwhile=signs.give_if_due if tells else lambda: None)
    run(consumer, signs=signs, stop=stop)
    connection.close()


def is_alive() -> bool:
    return [station.lag is not None for station in alive()] == [True]


@pytest.mark.parametrize("tells", [True, False], ids=["tells meanwhile", "control: tells after a step"])
def test_a_consumer_that_waits_for_redis_is_alive_and_says_what_waits(
    goods: Goods, stream: Stream, own_valkey: EmbeddedValkey, caplog: pytest.LogCaptureFixture, tells: bool
) -> None:
    """1. Redis is paused; 2. a batch is taken, and stays in hand; 3. for 5 s nothing was heard of the consumer."""
    Station.objects.all().delete()
    stop = Stop()
    working = Thread(target=consume, args=(stream, stop), kwargs={"tells": tells})
    working.start()
    try:
        until(is_alive, within=SOON_S)
        own_valkey.pause()
        write(goods.id, "7.77")
        stream.relay().step()
        until(lambda: "wait for Redis" in caplog.text, within=SOON_S)
        Station.objects.all().delete()

        told = comes_true(is_alive, within=SOON_S if tells else SIGN_EVERY_S * 3)
        left = unfinished()
        own_valkey.resume()
        until(lambda: not unfinished(), within=SOON_S)
    finally:
        own_valkey.resume()
        stop.set()
        working.join(SOON_S)

    assert len(left) == 1
    assert told is tells


def comes_true(holds: Callable[[], bool], *, within: float) -> bool:
    try:
        until(holds, within=within)
    except AssertionError:
        return False
    return True
