"""Prices that are read and written through, for the races: a point before each step that matters."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.breaker import CircuitBreaker
from shop.caching.entry import VALUE, pack
from shop.caching.ground import Ground, Loader
from shop.caching.instrumentation import Instrumentation
from shop.caching.load_gate import LoadGate
from shop.caching.policy import Pattern, Policy
from shop.caching.read_through import ReadThrough
from shop.caching.serializer import Serializer
from shop.caching.store import Fill, Put, PutAnswer, Store
from shop.caching.write_through import Outcome, WriteThrough
from shop.wiring import in_transaction
from tests.races.actors import point
from tests.races.ground import Scene, SteppedStore, Without, stepped_load

# Of what is written through, no process keeps copies.
WRITTEN_POLICY = replace(PRICE_POLICY, pattern=Pattern.READ_AND_WRITE_THROUGH, local_ttl=0)
WITHOUT_VERSION_CHECK = Without({"put": [("string.sub(entry, 1, 20) >= string.sub(header, 1, 20)", "true")]})
STORES_ON_NOTHING = Without({"put": [("if header == '' then", "if false then")]})
CENT = Decimal("0.01")


class WrittenPrices(ReadThrough[PriceSnapshot], WriteThrough[PriceSnapshot]):
    """Under the same keys as the shop's own price cache."""

    pattern = Pattern.READ_AND_WRITE_THROUGH


def process(
    scene: Scene,
    *,
    store: Store | None = None,
    policy: Policy = WRITTEN_POLICY,
    load: Loader[PriceSnapshot] = stepped_load,
    ask_repair: Callable[[], None] = lambda: None,
) -> WrittenPrices:
    """One process of the scene, on the real database."""
    ground = Ground(
        store=store or SteppedStore(scene.store),
        keys=scene.keys,
        clock=scene.clock,
        breaker=CircuitBreaker(clock=scene.clock),
        gate=LoadGate(),
        instrumentation=Instrumentation(),
        in_transaction=in_transaction,
        transaction=transaction.atomic,
        after_commit=transaction.on_commit,
        ask_repair=ask_repair,
    )
    return WrittenPrices(policy, PriceSnapshot, load=load, ground=lambda: ground, register=False)


def raise_by_a_cent(cache: WrittenPrices, product_id: int) -> Outcome:
    """A write-through as an operation makes it; its points are write, load and put."""
    point("write")
    with cache.writing(product_id) as write:
        Price.objects.filter(pk=product_id).update(amount=F("amount") + CENT)
    return write.outcome


def put_at_once(scene: Scene, product_id: int) -> None:
    """What the controls do: put the row as this transaction sees it, committed or not."""
    row = load_prices([product_id])[product_id]
    (key,) = scene.keys.entries(WRITTEN_POLICY, [product_id])
    payload = Serializer(PriceSnapshot).dumps(row.value)
    entry = pack(version=row.version, written_ms=int(scene.clock.now() * 1000), kind=VALUE, payload=payload)
    point("put")
    puts = [Put(key, entry, WRITTEN_POLICY.kept_ms)]
    if scene.store.put(puts, token="t", lease_ms=60_000, tombstone_ms=60_000) == [PutAnswer.LEASED]:
        scene.store.fill([Fill(key, entry, WRITTEN_POLICY.kept_ms)], token="t")


def shown(scene: Scene, product_id: int) -> Decimal | None:
    """What a process that comes later shows."""
    value = process(scene).get(product_id).value
    return None if value is None else value.amount


def committed(product_id: int) -> Decimal | None:
    return Price.objects.filter(pk=product_id).values_list("amount", flat=True).first()
