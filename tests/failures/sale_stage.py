"""A sale on a stage: relay, consumer and processes full of shoppers, on servers of their own that tests may break.

The stage starts and ends a sale of all its products, and says when which price was shown last, so that a test can tell
how long old prices were seen. Commit times are PostgreSQL's own.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self, cast

import redis
from django.db import connection

from catalog.loaders import load_prices
from catalog.models import Category, FlashSale, FlashSaleItem, Price, Product
from catalog.price_cache import PRICE_CACHE
from shop.caching.clock import SystemClock
from shop.caching.entry import VALUE, kind_of, payload_of, version_of
from shop.embedded.event_processes import Consumer, Relay
from shop.embedded.lifeline import Lifeline
from tests.own_database import database_url

PROCESSES = 4
CLIENTS = 4
BATCH = 20
PACE_S = 0.1
REGULAR = Decimal("10.00")
ON_SALE = Decimal("7.50")
SETTLE_LIMIT_S = 60.0
CLOCK = SystemClock()


@dataclass(frozen=True)
class Reach:
    """For how many ms after a commit each product was still shown at its old price, by the process that did so last."""

    late_ms: list[int]
    wrong: dict[str, int]
    statuses: dict[str, int]
    reads: int

    @property
    def p99_ms(self) -> int:
        return sorted(self.late_ms)[int(len(self.late_ms) * 0.99)]

    @property
    def longest_ms(self) -> int:
        return max(self.late_ms)


class Readers:
    """One process full of shoppers."""

    def __init__(self, environment: Mapping[str, str], plan: Mapping[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.failures.price_readers", json.dumps(plan)],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, question: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


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
        self._stack = ExitStack()

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
        late_ms: list[int] = []
        wrong: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        reads = 0
        for one in self.readers:
            report = one.ask("report")
            wrong.update(report["wrong"])
            statuses.update(report["statuses"])
            reads += report["reads"]
            late_ms += [max(0, shown.get(str(old), 0) - committed_ms) for shown in report["last_shown"].values()]
        return Reach(late_ms, dict(wrong), dict(statuses), reads)

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
        wrong = []
        for chunk in range(0, len(self.product_ids), 500):
            ids = self.product_ids[chunk : chunk + 500]
            entries = cast("list[bytes | None]", self.client.mget(self._keys(ids)))
            for product_id, entry in zip(ids, entries, strict=True):
                if entry is None or kind_of(entry) != VALUE:
                    continue
                amount = json.loads(payload_of(entry))["amount"]
                if version_of(entry) < rows[product_id].version or Decimal(amount) != rows[product_id].value.amount:
                    wrong.append(f"redis: {product_id} at {amount}")
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

    def _keys(self, ids: list[int]) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT database_id FROM events_databaseidentity")
            (database,) = cursor.fetchone()
        policy = PRICE_CACHE.policy
        base = f"{self.environment['CACHE_NAMESPACE']}:{database}:{policy.name}:{policy.schema}"
        return [f"{base}:{{{product_id}}}" for product_id in ids]


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
