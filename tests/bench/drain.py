"""A backlog of the change log drained by one relay and one consumer, beside a bare producer on the same messages.

    bare producer   kafka-python's, idempotent, acknowledged by all: the events packed before, in the relay's batches
    larder          claimed in PostgreSQL, packed, published, consumed, invalidated in Redis, marked, traced

Each row names one price. The relay and the consumer are the processes of the demo; memory is what the system says they
hold, looked at all the time.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import psutil
from django.db import connection
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shop.embedded.event_processes import Consumer, Relay
from shop.embedded.lifeline import Lifeline
from shop.events.kafka_transport import KafkaTransport
from shop.events.messages import CHANGED, Event, pack
from shop.events.relay import ROWS_PER_CLAIM
from shop.events.transport import Message

LOOK_EVERY_S: Final = 0.25
MEBIBYTE: Final = 1024 * 1024
# Memory is compared from here on: by then every module is loaded and every pool is open.
WARM_SHARE: Final = 0.2

_FILL: Final = """
    INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)
    SELECT 1, 'price', 'changed', ARRAY[1 + n %% 1000], ARRAY[n], '', clock_timestamp()
    FROM generate_series(1, %s) AS n
"""


@dataclass(frozen=True)
class Drained:
    """Rates are events a second: over all, and over the slowest and the quickest tenth. Memory is in MiB."""

    rate: float
    slowest: float
    quickest: float
    relay_mib: tuple[float, float]
    consumer_mib: tuple[float, float]


def fill(rows: int) -> None:
    """So many unfinished rows, as triggers would have written them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_change")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_FILL, [rows])
        cursor.execute("ANALYZE events_change")
        cursor.execute("RESET statement_timeout")


def bare_producer(servers: str, *, events: int) -> float:
    """Events a second."""
    topic = f"bare-{os.getpid()}"
    publisher = KafkaTransport(servers=servers, topics=(topic,)).open_publisher(topic=topic)
    messages = [Message(str(number).encode(), pack(_event(number))) for number in range(events)]
    started = perf_counter()
    for at in range(0, events, ROWS_PER_CLAIM):
        publisher.publish(messages[at : at + ROWS_PER_CLAIM])
    took_s = perf_counter() - started
    publisher.close()
    return events / took_s


def drain(rows: int, *, environment: dict[str, str], console: Console | None = None) -> Drained:
    """Fill the log with so many rows, and drain it."""
    fill(rows)
    with _processes(environment) as (relay, consumer), Progress(console=console, disable=console is None) as progress:
        task = progress.add_task("Draining the change log", total=rows)
        family = {"relay": psutil.Process(relay.pid), "consumer": psutil.Process(consumer.pid)}
        memory: dict[str, list[float]] = {name: [] for name in family}
        looks = [(perf_counter(), 0)]
        while looks[-1][1] < rows:
            sleep(LOOK_EVERY_S)
            done = rows - _unfinished()
            looks.append((perf_counter(), done))
            progress.update(task, completed=done)
            if done >= rows * WARM_SHARE:
                for name, process in family.items():
                    memory[name].append(process.memory_info().rss / MEBIBYTE)
    # Joining the group is no draining.
    begun = max(at for at, done in looks if not done)
    tenths = [_when(looks, rows * step / 10, begun) for step in range(11)]
    rates = [rows / 10 / (later - earlier) for earlier, later in pairwise(tenths)]
    return Drained(
        rate=rows / (looks[-1][0] - begun),
        slowest=min(rates),
        quickest=max(rates),
        relay_mib=(memory["relay"][0], max(memory["relay"])),
        consumer_mib=(memory["consumer"][0], max(memory["consumer"])),
    )


def print_drain(console: Console, *, rows: int) -> None:
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    bare = bare_producer(servers, events=min(rows, 50_000))
    drained = drain(rows, environment={"KAFKA_TOPIC": f"drain-{os.getpid()}"}, console=console)
    table = Table(title=f"{rows:,} rows of the change log, one relay, one consumer")
    for heading in ("way", "events a second", "of the bare producer's"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    table.add_row("bare producer", f"{bare:,.0f}", "1.00")
    for name, rate in (("larder", drained.rate), ("its slowest tenth", drained.slowest)):
        table.add_row(name, f"{rate:,.0f}", f"{rate / bare:.2f}")
    console.print(table)
    (relay_first, relay_most), (first, most) = drained.relay_mib, drained.consumer_mib
    console.print(
        f"Memory, after a fifth and at most: relay {relay_first:.0f} and {relay_most:.0f} MiB, "
        f"consumer {first:.0f} and {most:.0f} MiB.\n"
    )


@contextmanager
def _processes(environment: dict[str, str]) -> Iterator[tuple[Relay, Consumer]]:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="larder-drain-")))
        lifeline = stack.enter_context(Lifeline())
        consumer = Consumer(directory / "consumer", environment=environment, lifeline=lifeline)
        relay = Relay(directory / "relay", environment=environment, lifeline=lifeline)
        for process in (consumer, relay):
            stack.callback(process.stop)
            process.start()
            process.wait_until_ready()
        yield relay, consumer


def _event(number: int) -> Event:
    return Event(
        id=number,
        database="0123456789ab",
        type=CHANGED,
        entity="price",
        ids=(1 + number % 1000,),
        versions=(number,),
        transaction=1,
        committed_at=1_700_000_000_000,
        published_at=1_700_000_000_000,
    )


def _unfinished() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_change WHERE applied_at IS NULL")
        return int(cursor.fetchone()[0])


def _when(looks: list[tuple[float, int]], wanted: float, begun: float) -> float:
    """When so many rows were done, in a straight line between two looks."""
    before = (begun, 0)
    for look in looks:
        if look[1] >= wanted and look[1] > before[1]:
            share = (wanted - before[1]) / (look[1] - before[1])
            return before[0] + (look[0] - before[0]) * share
        if look[1]:
            before = look
    return looks[-1][0]
