"""Counting a view, and flushing many: write-behind beside the least that could be done.

Recording, one process, one thread:
    bare HINCRBY    redis-py's, one round trip
    Django          update(total=F("total") + 1), one row, a transaction of its own
    larder          `record`: in Redis when it returns, numbered, counted once
    a beacon's      the same, and who looked: a second round trip
    larder, merged  `record` with a linger of 5 ms: what is sent then is counted in the time

Flushing 10,000 counters:
    bare upsert     the flush's own statement for both tables, and nothing else
    with Redis      RENAME, HGETALL, the same statement, UNLINK
    larder          `flush`: the batch's ledger, and the deletion last
    with the cache  the same, and the new totals put where old ones are cached

The ways take turns in short rounds; each figure is the median. The bench's Valkey keeps no file: one that does makes a
flush, not a recording, wait for its disk, up to a second, however many counters there are.
"""

import os
import secrets
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from redis import Redis
from rich.console import Console
from rich.table import Table

from analytics import flushing
from analytics.models import ProductViews
from analytics.operations import record_view
from analytics.view_buffer import VIEW_BUFFER
from shop.caching.buffer import Batch, Call
from shop.caching.registry import REGISTRY
from shop.caching.write_behind import WriteBehind

DAY: Final = 739922
CALLS: Final = 100
MERGED_CALLS: Final = 5000
LINGER_S: Final = 0.005
COUNTERS: Final = 10_000
FLUSHING: Final = ("bare upsert", "with Redis", "larder", "with the cache")


def print_write_behind(console: Console, *, rounds: int) -> None:
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        recording = measure_recording(client, rounds=rounds)
        flushing_times = measure_flushing(client, rounds=max(3, rounds // 10))
    table = Table(title="Recording a view, one process")
    for heading in ("way", "us a view", "times a bare HINCRBY", "times quicker than Django"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, us in recording.items():
        table.add_row(name, f"{us:.1f}", f"{us / recording['bare HINCRBY']:.2f}", f"{recording['Django'] / us:.1f}")
    console.print(table)
    console.print("Goals: larder at most 1.30 times a bare HINCRBY, 4 times quicker than Django; merged 40 times.\n")
    table = Table(title=f"Flushing {COUNTERS:,} counters")
    for heading in ("way", "counters a second", "times a bare upsert"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, seconds in flushing_times.items():
        table.add_row(name, f"{COUNTERS / seconds:,.0f}", f"{seconds / flushing_times['bare upsert']:.2f}")
    console.print(table)
    console.print("Goal: at most 1.60 times a bare upsert, with the cache as well.\n")


def measure_recording(client: Redis, *, rounds: int) -> dict[str, float]:
    """Microseconds a view, by way."""
    merged = WriteBehind("bench", linger=LINGER_S)
    ProductViews.objects.get_or_create(product_id=1)
    key, field = f"bench-{secrets.token_hex(4)}", f"1:{DAY}"

    def merge() -> None:
        for _ in range(MERGED_CALLS):
            merged.record(field)
        merged.send()

    def times(call: Callable[[], object]) -> Callable[[], None]:
        def repeated() -> None:
            for _ in range(CALLS):
                call()

        return repeated

    ways: dict[str, tuple[Callable[[], None], int]] = {
        "bare HINCRBY": (times(lambda: client.hincrby(key, field, 1)), CALLS),
        "Django": (times(lambda: ProductViews.objects.filter(pk=1).update(total=F("total") + 1)), CALLS),
        "larder": (times(lambda: VIEW_BUFFER.record(field)), CALLS),
        "a beacon's": (times(lambda: record_view(product_id=1, visitor=secrets.token_hex(8))), CALLS),
        "larder, merged": (merge, MERGED_CALLS),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, (way, calls) in ways.items():
            started = perf_counter()
            way()
            taken[name].append((perf_counter() - started) / calls * 1e6)
    client.delete(key)
    # The first round opened connections.
    return {name: median(figures[1:]) for name, figures in taken.items()}


def measure_flushing(client: Redis, *, rounds: int) -> dict[str, float]:
    """Seconds a flush, by way."""
    counts = {f"{product_id}:{DAY}": 1 for product_id in range(1, COUNTERS + 1)}
    columns = flushing.counters_of(Batch("bench", counts))
    key = f"bench-{secrets.token_hex(4)}"

    def upsert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            flushing.count(cursor, columns)

    def with_redis() -> None:
        client.rename(key, f"{key}:taken")
        found: dict[bytes, bytes] = client.hgetall(f"{key}:taken")  # type: ignore[assignment]
        read = {name.decode(): int(count) for name, count in found.items()}
        with transaction.atomic(), connection.cursor() as cursor:
            flushing.count(cursor, flushing.counters_of(Batch("bench", read)))
        client.unlink(f"{key}:taken")

    def larder() -> None:
        done = VIEW_BUFFER.flush(persist=persist_only, bury=flushing.bury)
        assert done.counters == COUNTERS

    def with_the_cache() -> None:
        assert flushing.flush_views().counters == COUNTERS

    def fill() -> None:
        buffer = REGISTRY.ground().buffers(VIEW_BUFFER.name)
        names = list(counts)
        lane = secrets.token_hex(8)
        for number, start in enumerate(range(0, COUNTERS, 1000), start=1):
            buffer.add(Call(lane, number, {name: counts[name] for name in names[start : start + 1000]}))

    VIEW_BUFFER.send()
    flushing.flush_views()
    prepare: dict[str, Callable[[], object]] = {
        "bare upsert": lambda: None,
        "with Redis": lambda: client.hset(key, items=[word for pair in counts.items() for word in pair]),
        "larder": fill,
        "with the cache": fill,
    }
    ways = dict(zip(FLUSHING, (upsert, with_redis, larder, with_the_cache), strict=True))
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            prepare[name]()
            started = perf_counter()
            way()
            taken[name].append(perf_counter() - started)
    return {name: median(figures[1:]) for name, figures in taken.items()}


def persist_only(batch: Batch) -> bool:
    """As the flush does, without the cache."""
    with transaction.atomic():
        return flushing.count_once(batch) is not None
