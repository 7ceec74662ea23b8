"""Valkey stops or dies between a commit and its put: the write stands, says at once that it was not put, and the cache
is right within two seconds of Valkey's return, or some more where other tests share the machine."""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from time import perf_counter

import pytest
from pytest_django.fixtures import Settings

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.snapshots import PriceSnapshot
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from shop.caching.write_through import Outcome
from shop.embedded.valkey import EmbeddedValkey
from shop.events.repair import REPAIR
from shop.settings import CACHES
from shop.wiring import make_ground
from tests.failures.web import until
from tests.goods import Goods
from tests.races.written_prices import WRITTEN_POLICY, WrittenPrices
from tests.repaired import await_repair

Fault = tuple[Callable[[EmbeddedValkey], None], Callable[[EmbeddedValkey], None]]

OLD, NEW = Decimal("3.20"), Decimal("4.44")
FULL = os.environ.get("FULL") == "1"
# A put has 200 ms; the rest is the database's, and the machine's.
DEADLINE_S = 2.0
# Half of the writes that wait for no server.
AT_ONCE_S = 0.1
BOUND_S = 2.0 if FULL else 8.0


def restart(valkey: EmbeddedValkey) -> None:
    """With what it held: the old entry too."""
    valkey.start()
    valkey.wait_until_ready()


FAULTS: dict[str, Fault] = {
    "stopped with SIGSTOP": (EmbeddedValkey.pause, EmbeddedValkey.resume),
    "killed with -9": (EmbeddedValkey.kill, restart),
    "answering errors": (EmbeddedValkey.answer_errors, EmbeddedValkey.answer_properly),
}


@pytest.fixture
def valkey(goods: Goods, private_valkey: Callable[..., EmbeddedValkey], settings: Settings) -> Iterator[EmbeddedValkey]:
    """The server that this process's caches stand on, with the shop's own time-outs."""
    server = private_valkey(persistent=True)
    settings.CACHES = {
        alias: {**cache, "LOCATION": cache["LOCATION"].replace(settings.REDIS_URL, server.url)}
        for alias, cache in CACHES.items()
    }
    REGISTRY.wire(make_ground)
    yield server
    await_repair()
    REGISTRY.wire(make_ground)


@pytest.fixture
def prices(valkey: EmbeddedValkey) -> WrittenPrices:
    """Under the keys of the shop's price cache, which the change log is applied to."""
    return WrittenPrices(WRITTEN_POLICY, PriceSnapshot, load=load_prices, register=False)


def amount(prices: WrittenPrices, product_id: int) -> Decimal:
    value = prices.get(product_id).value
    assert value is not None
    return value.amount


def write(prices: WrittenPrices, product_id: int) -> tuple[Outcome, float]:
    """The outcome, and the seconds until the writer knew it."""
    started = perf_counter()
    with prices.writing(product_id) as writing:
        Price.objects.filter(pk=product_id).update(amount=NEW)
    return writing.outcome, perf_counter() - started


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_whose_put_is_lost_returns_in_time_and_the_cache_is_right_soon_after_the_servers_return(
    goods: Goods, valkey: EmbeddedValkey, prices: WrittenPrices, fault: str
) -> None:
    breaks, mends = FAULTS[fault]
    assert [amount(prices, goods.id) for _ in range(2)] == [OLD, OLD]

    breaks(valkey)
    outcome, took = write(prices, goods.id)
    assert (outcome, Price.objects.get(pk=goods.id).amount) == (Outcome.LOST, NEW)
    assert took < DEADLINE_S

    mends(valkey)
    until(lambda: amount(prices, goods.id) == NEW, within=BOUND_S)
    until(lambda: prices.get(goods.id).status is Status.HIT, within=BOUND_S)
    assert amount(prices, goods.id) == NEW


@pytest.mark.parametrize("fault", ["killed with -9", "answering errors"])
def test_control_without_the_repair_the_old_value_is_shown_after_the_servers_return(
    goods: Goods, valkey: EmbeddedValkey, prices: WrittenPrices, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A server that was only stopped may carry out the put after all, when it goes on."""
    monkeypatch.setattr(REPAIR, "ask", lambda: None)
    breaks, mends = FAULTS[fault]
    amount(prices, goods.id)

    breaks(valkey)
    assert write(prices, goods.id)[0] is Outcome.LOST
    mends(valkey)

    until(lambda: prices.get(goods.id).status is Status.HIT, within=BOUND_S)
    with pytest.raises(AssertionError):
        until(lambda: amount(prices, goods.id) == NEW, within=BOUND_S)


def test_while_the_server_is_away_every_write_returns_in_time_and_all_are_seen_after_its_return(
    goods: Goods, valkey: EmbeddedValkey, prices: WrittenPrices
) -> None:
    """Five failures open the breaker: then nobody waits for the server at all."""
    ids = goods.ids[:12]
    prices.get_many(ids)

    valkey.pause()
    written = [write(prices, product_id) for product_id in ids]
    assert {outcome for outcome, _ in written} == {Outcome.LOST}
    assert max(took for _, took in written) < DEADLINE_S
    assert median(took for _, took in written[5:]) < AT_ONCE_S

    valkey.resume()
    until(lambda: not REPAIR.pending, within=BOUND_S)
    # A process of its own: its breaker has seen nothing of the outage.
    REGISTRY.wire(make_ground)
    shown = prices.get_many(ids)
    assert {result.value.amount for result in shown.values() if result.value is not None} == {NEW}
