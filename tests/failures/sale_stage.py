"""A sale on a stage: relay, consumer and processes full of shoppers, on servers of their own that tests may break.

The stage starts and ends a sale of all its products, and says when which price was shown last, so that a test can tell
how long old prices were seen. Commit times are PostgreSQL's own.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import redis
from django.db import connection

from catalog.loaders import load_prices
from catalog.models import Category, FlashSale, FlashSaleItem, Price, Product
from shop.caching.clock import SystemClock
from shop.embedded.event_processes import Consumer, Relay
from shop.embedded.lifeline import Lifeline
from tests.failures.sale_audience import Reach, Readers, reach_of
from tests.failures.stored_prices import StoredPrices
from tests.own_database import database_url

PROCESSES = 4
CLIENTS = 4
BATCH = 20
PACE_S = 0.1
REGULAR = Decimal("10.00")
ON_SALE = Decimal("7.50")
SETTLE_LIMIT_S = 60.0
CLOCK = SystemClock()


@dataclass
class SaleStage:
    """`environment` names the servers; `relay` and `consumer` may be killed and started by the test."""

    environment: dict[str, str]
    directory: Path
    lifeline: Lifeline
    product_ids: list[int]
    sale: FlashSale
    tier: bool = True
    publishing: bool = True
    pace_s: float = PACE_S
    processes: int = PROCESSES
    readers: list[Readers] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relay = Relay(self.directory / "relay", environment=self.environment, lifeline=self.lifeline)
        self.consumer = Consumer(self.directory / "consumer", environment=self.environment, lifeline=self.lifeline)
        self.client = redis.Redis.from_url(self.environment["REDIS_URL"], socket_timeout=2)
        self.stored = StoredPrices(
            self.client, namespace=self.environment["CACHE_NAMESPACE"], product_ids=self.product_ids
        )
        self._stack = ExitStack()
        self._amounts: dict[tuple[int, int], Decimal] = {}
        self._note_amounts()

    def __enter__(self) -> Self:
        self._stack.callback(self.client.close)
        if self.publishing:
            for process in (self.relay, self.consumer):
                self._stack.callback(process.stop)
                process.start()
            for process in (self.relay, self.consumer):
                process.wait_until_ready()
        plan = {
            "product_ids": self.product_ids,
            "clients": CLIENTS,
            "batch": BATCH,
            "pace_s": self.pace_s,
            "tier": self.tier,
        }
        for _ in range(self.processes):
            self.readers.append(Readers(self.environment, plan))
            self._stack.callback(self.readers[-1].stop)
        for one in self.readers:
            one.wait_until_ready()
        if self.publishing:
            # The group has met, and what the test's rows have logged is through.
            self.until_finished()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def turn(self, state: str) -> int:
        """Start (`on`) or end (`ended`) the sale, as somebody at psql does; the commit's time in ms since 1970."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalog_flashsale SET state = %s WHERE id = %s RETURNING pg_current_xact_id()::text",
                [state, self.sale.pk],
            )
            (transaction,) = cursor.fetchone()
            cursor.execute(
                "SELECT extract(epoch FROM pg_xact_commit_timestamp((%s::bigint %% 4294967296)::text::xid))",
                [transaction],
            )
            return int(cursor.fetchone()[0] * 1000)

    def watch(self, seconds: float) -> None:
        """Let the shoppers read on."""
        sleep(seconds)

    def reach(self, *, old: Decimal, committed_ms: int) -> Reach:
        """What was shown since the last report: how long the old price was seen after the commit."""
        self._note_amounts()
        return reach_of(self.readers, old=old, committed_ms=committed_ms, amounts=self._amounts)

    def until_finished(self) -> float:
        """Wait until no change is unfinished; the seconds it took."""
        started = monotonic()
        while unfinished():
            assert monotonic() - started < SETTLE_LIMIT_S, f"{unfinished()} changes are unfinished"
            sleep(0.05)
        return monotonic() - started

    def stale(self) -> list[str]:
        """Every stored entry and every price that a process shows, held against the rows: what differs."""
        rows = load_prices(self.product_ids)
        wrong = list(self.stored.stale(rows))
        for number, one in enumerate(self.readers):
            for product_id, (amount, _) in one.ask("audit").items():
                if Decimal(amount) != rows[int(product_id)].value.amount:
                    wrong.append(f"process {number}: {product_id} at {amount}")
        return wrong

    def until_right(self, *, since: float, within: float = SETTLE_LIMIT_S) -> float:
        """Wait until nothing that is stored or shown is stale; the seconds since the moment `since`, by the clock."""
        while True:
            looked = CLOCK.now()
            if not (stale := self.stale()):
                return looked - since
            assert CLOCK.now() - since < within, f"{len(stale)} are stale, such as {stale[:3]}"
            sleep(0.02)

    def _note_amounts(self) -> None:
        """Which amount each row has at its present version."""
        rows = load_prices(self.product_ids)
        self._amounts |= {(product_id, row.version): row.value.amount for product_id, row in rows.items()}


def unfinished() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_change WHERE applied_at IS NULL")
        return int(cursor.fetchone()[0])


def goods(count: int) -> tuple[list[int], FlashSale]:
    """So many products, each with its price, and a sale of them all that is not on yet."""
    category = Category.objects.create(name="Sale", slug="sale")
    products = Product.objects.bulk_create(
        Product(sku=f"S-{n}", slug=f"s-{n}", name=f"Jam {n}", brand="Orchard", category=category) for n in range(count)
    )
    Price.objects.bulk_create(Price(product=one, amount=REGULAR, regular_amount=REGULAR) for one in products)
    sale = FlashSale.objects.create(name="Jam day", percent_off=Decimal(25))
    FlashSaleItem.objects.bulk_create(FlashSaleItem(sale=sale, product_id=one.pk) for one in products)
    return [one.pk for one in products], sale


@contextmanager
def stage(
    *, products: int, redis_url: str, servers: str, directory: Path, lifeline: Lifeline, **options: Any
) -> Iterator[SaleStage]:
    """A stage on the test's database, this Redis and this broker, with a topic and a group of its own."""
    name = f"sale-{os.getpid()}-{int(CLOCK.now() * 1000)}"
    environment = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "KAFKA_TOPIC": name,
        "KAFKA_GROUP": name,
        "CACHE_NAMESPACE": name,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
    }
    product_ids, sale = goods(products)
    made = SaleStage(environment, directory, lifeline, product_ids, sale, **options)
    with made:
        yield made
