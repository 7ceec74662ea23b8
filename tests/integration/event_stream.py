"""The way from the change log into the caches within this process: a relay and consumers on the broker in memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as Flag

import psycopg
import pytest
from django.db import connection

from shop.caching.clock import Clock, SystemClock
from shop.caching.entry import TOMBSTONE, kind_of, version_of
from shop.events.consumer import Consumer
from shop.events.memory_transport import MemoryBroker, MemoryTransport
from shop.events.messages import Event, unpack
from shop.events.models import Change
from shop.events.relay import Relay
from shop.events.transport import Message, Received, Subscriber
from tests.integration.cached_prices import entry, version
from tests.integration.catalog_rows import run_sql

UPDATES = "product-updates"
DEAD = "product-updates.dlq"
GROUP = "caches"


class KilledError(BaseException):
    """What a process says no more of than kill -9 would: no handler is meant for it."""


@dataclass
class Stream:
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    clock: Clock = field(default_factory=SystemClock)
    stop: Flag = field(default_factory=Flag)

    def __post_init__(self) -> None:
        self.transport = MemoryTransport(self.broker, topics=(UPDATES, DEAD))

    def relay(self) -> Relay:
        return Relay(open_publisher=lambda: self.transport.open_publisher(topic=UPDATES), clock=self.clock)

    def consumer(
        self,
        *,
        wrap: Callable[[Subscriber], Subscriber] = lambda subscriber: subscriber,
        announce: Callable[[Sequence[int]], None] = lambda ids: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Consumer:
        return Consumer(
            open_subscriber=lambda: wrap(self.transport.open_subscriber(topic=UPDATES, group=GROUP)),
            open_dead_letters=lambda: self.transport.open_publisher(topic=DEAD),
            clock=self.clock,
            stop=self.stop,
            announce=announce,
            meanwhile=meanwhile,
        )

    def publish(self, *messages: Message) -> None:
        self.transport.open_publisher(topic=UPDATES).publish(messages)

    def waiting(self, topic: str = UPDATES, *, group: str = "test") -> list[Received]:
        """What a new member of the group is given first."""
        reader = self.transport.open_subscriber(topic=topic, group=group)
        try:
            return list(reader.poll(timeout_s=0, most=100_000))
        finally:
            reader.close()

    def uncommitted(self) -> list[Received]:
        """What the consumers' group has not committed, once no consumer is left."""
        return self.waiting(group=GROUP)

    def events(self) -> list[Event]:
        """What was published since the broker began."""
        return [unpack(one.message.value) for one in self.waiting()]


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def empty_log(transactional_db: None) -> None:
    Change.objects.all().delete()


@contextmanager
def another_connection() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """To the test's database, in a transaction of its own that ends as the test says."""
    settings = connection.get_connection_params()
    names = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
    with psycopg.connect(**names) as other:
        yield other


def log_rows(count: int, *, finished: bool = False) -> None:
    """Changes of prices, as a trigger logs them; by one statement."""
    run_sql(
        "INSERT INTO events_change"
        " (transaction, entity, operation, ids, versions, retired_database, written_at, applied_at)"
        " SELECT 700, 'price', 'changed', ARRAY[n], ARRAY[n], '', clock_timestamp(),"
        " CASE WHEN %s THEN clock_timestamp() END FROM generate_series(1, %s) AS n",
        finished,
        count,
    )


def make_due() -> None:
    """As if the pauses of all rows were over."""
    run_sql("UPDATE events_change SET due_at = statement_timestamp() WHERE applied_at IS NULL")


def unfinished() -> list[int]:
    return list(Change.objects.filter(applied_at=None).order_by("id").values_list("id", flat=True))


def last_change() -> Change:
    return Change.objects.latest("id")


def is_dead(product_id: int) -> bool:
    """Whether the price's entry is a tombstone of the row's version."""
    found = entry(product_id) or b""
    return (version_of(found), kind_of(found)) == (version(product_id), TOMBSTONE)
