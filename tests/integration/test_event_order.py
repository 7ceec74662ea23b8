"""Events may come in any order and any number of times: what a reader is shown at the end is the row."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_CACHE, PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.entry import Versioned
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.events.apply import apply_events
from shop.events.models import Change
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.cached_prices import read, write
from tests.integration.event_stream import Stream, make_due
from tests.races.ground import WITHOUT_FENCE

PRICES = 3

# A step: a write of one price, a read that fills, one that loads now and fills after the rest, or a delivery.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "read", "deliver", "deliver"]), st.integers(0, PRICES - 1), st.integers(1, 400)
    ),
    min_size=3,
    max_size=25,
)


def run(goods: Goods, stream: Stream, steps: list[tuple[str, int, int]], seed: int) -> None:
    """Play the steps, each delivery a choice of all that was ever published; then deliver everything, shuffled."""
    Change.objects.all().delete()
    chooser = random.Random(seed)
    relay = stream.relay()
    for action, which, amount in steps:
        if action == "write":
            write(goods.ids[which], str(Decimal(amount) / 100))
        elif action == "read":
            read(goods.ids[which])
        else:
            make_due()
            relay.step()
            events = stream.events()
            apply_events(chooser.choices(events, k=min(len(events), 4)) if events else [])
    make_due()
    relay.step()
    events = stream.events()
    every = events + chooser.sample(events, k=len(events) // 2)
    chooser.shuffle(every)
    for event in every:
        apply_events([event])
        read(goods.ids[chooser.randrange(PRICES)])


def shown_and_true(goods: Goods) -> list[tuple[Decimal | None, Decimal]]:
    ids = goods.ids[:PRICES]
    rows = dict(Price.objects.filter(pk__in=ids).values_list("product_id", "amount"))
    shown = [read(product_id).value for product_id in ids]
    return [(None if one is None else one.amount, rows[key]) for one, key in zip(shown, ids, strict=True)]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, seed=st.integers(0, 2**32))
def test_any_order_of_events_with_repetitions_ends_with_what_the_rows_say(
    goods: Goods, steps: list[tuple[str, int, int]], seed: int
) -> None:
    run(goods, Stream(), steps, seed)

    assert all(shown == true for shown, true in shown_and_true(goods))


class Stale:
    """A reader that has loaded, and fills after everybody else: as one that was stopped in between."""

    def __init__(self, product_id: int) -> None:
        self._product_id = product_id
        self._rows = load_prices([product_id])

    def __call__(self, ids: object) -> dict[int, Versioned[PriceSnapshot]]:
        return dict(self._rows)


@pytest.mark.parametrize("fenced", [True, False], ids=["fenced", "control: DEL, and fills of any version"])
def test_a_late_fill_between_shuffled_events_does_not_bring_an_old_price_back(
    goods: Goods, stream: Stream, fenced: bool
) -> None:
    """1. A reader loads v1; 2. v2 and v3 are committed; 3. both events are applied, the later first; 4. it fills v1."""
    PRICE_CACHE.invalidate(goods.id, version=0)
    ground = make_ground()
    if not fenced:
        redis = REGISTRY.ground().store._store._writes  # type: ignore[attr-defined]
        store = RedisStore(reads=redis, writes=redis, text_of=WITHOUT_FENCE)
        ground = replace(ground, store=store)
        REGISTRY.wire(lambda: ground)
    prices: CacheAside[PriceSnapshot] = CacheAside(PRICE_POLICY, PriceSnapshot, ground=lambda: ground, register=False)
    old_rows = Stale(goods.id)

    def load_late(ids: object) -> dict[int, Versioned[PriceSnapshot]]:
        for amount in ("1.11", "2.22"):
            write(goods.id, amount)
        stream.relay().step()
        for event in sorted(stream.events(), key=lambda one: one.id, reverse=True):
            apply_events([event])
        return old_rows(ids)

    prices.get(goods.id, load=load_late, reload=load_prices)
    shown = read(goods.id).value

    assert shown is not None
    assert (shown.amount == Decimal("2.22")) is fenced
    REGISTRY.wire(make_ground)
