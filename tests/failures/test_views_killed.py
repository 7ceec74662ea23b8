"""Views from many processes while worker and beat are killed and connections are cut: PostgreSQL has exactly as many.

At full size these are 1,000,000 views; FULL=1 takes some minutes.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Sum
from redis import Redis

from analytics.flushing import bury, persist
from analytics.models import DailyViews, DeadBatch, FlushedBatch, ProductViews
from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.write_behind import WriteBehind
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.queue_run import Queue, pool_of
from tests.failures.web import until

FULL = os.environ.get("FULL") == "1"
PROCESSES = 8
VIEWS = 1_000_000 if FULL else 24_000
PRODUCTS = 500
# Between two faults, in seconds.
SHORTEST_S, LONGEST_S = 0.3, 1.5
LEAST_FAULTS = 40 if FULL else 4
SOON_S = 60.0

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800 if FULL else 240)]


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    """As in the demo: with a file, synced every second."""
    return private_valkey(persistent=True)


@pytest.fixture
def shop_queue(queue: Queue) -> Queue:
    """The shop's own tasks and schedule; caches and queue on the test's Valkey."""
    return replace(queue, application="shop.celery")


@contextmanager
def recorders(environment: dict[str, str], *, views: int) -> Iterator[list["subprocess.Popen[str]"]]:
    words = [sys.executable, "-m", "tests.failures.recording_process", str(views), str(PRODUCTS)]
    with ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        for _ in range(PROCESSES):
            process = subprocess.Popen(words, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
            stack.callback(process.wait)
            stack.callback(process.kill)
            started.append(process)
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "recording\n"
        yield started


def cut_connections(redis: Redis) -> None:
    """All but this one, in the middle of whatever they do."""
    redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")  # type: ignore[no-untyped-call]


def test_every_view_is_counted_once_whatever_is_killed(shop_queue: Queue, valkey: EmbeddedValkey) -> None:
    environment = {**shop_queue.environment(), "REDIS_URL": valkey.url}
    chooser = random.Random(11)
    told: list[str] = []
    kills = {"worker": 0, "task": 0, "beat": 0, "connections": 0}

    with ExitStack() as stack, Redis.from_url(valkey.url) as redis:
        processes = stack.enter_context(recorders(environment, views=VIEWS // PROCESSES))
        running: dict[str, Any] = {}
        stations: dict[str, Callable[[], AbstractContextManager[Any]]] = {
            "worker": lambda: shop_queue.worker(REDIS_URL=valkey.url),
            "beat": lambda: shop_queue.beat(REDIS_URL=valkey.url),
        }
        for name, station in stations.items():
            running[name] = stack.enter_context(station())
        for number in count():
            if all(process.poll() is not None for process in processes) and number >= LEAST_FAULTS:
                break
            fault = chooser.choice(list(kills)) if number >= len(kills) else list(kills)[number]
            kills[fault] += 1
            if fault == "connections":
                cut_connections(redis)
            elif fault == "task":
                for child in pool_of(running["worker"]):
                    child.kill()
            else:
                running[fault].kill()
                running[fault] = stack.enter_context(stations[fault]())
            pause_ends = monotonic() + chooser.uniform(SHORTEST_S, LONGEST_S)
            until(lambda ends=pause_ends: monotonic() >= ends, within=2 * LONGEST_S)  # type: ignore[misc]
        for process in processes:
            assert process.wait(timeout=SOON_S) == 0
            # Not by communicate, which would miss what came with the first line.
            assert process.stdout is not None
            told.append(process.stdout.read())
        recorded, dropped, losses = (
            sum(column) for column in zip(*(map(int, one.split()) for one in told), strict=True)
        )
        buffer = buffer_on(redis)
        until(lambda: in_database() >= recorded and buffer.held().batches == 0, within=SOON_S)
        # Whatever the last batch left behind would be counted now.
        WriteBehind("views", buffer=lambda: buffer).flush(persist=persist, bury=bury)
        settled = in_database()
        left = buffer.held()

    assert (left.at_risk, left.batches) == (0, 0)
    assert (dropped, losses) == (0, 0)
    assert recorded == VIEWS // PROCESSES * PROCESSES
    assert settled == recorded
    assert DailyViews.objects.aggregate(all=Sum("count"))["all"] == recorded
    assert FlushedBatch.objects.aggregate(all=Sum("increments"))["all"] == recorded
    assert not DeadBatch.objects.exists()
    assert min(kills.values()) >= 1, kills


def buffer_on(redis: Redis) -> RedisBuffer:
    """The one that the shop's processes count in."""
    return RedisBuffer(client=redis, keys=BufferKeys(f"{settings.CACHE_NAMESPACE}:{{views}}"))


def in_database() -> int:
    return ProductViews.objects.aggregate(all=Sum("total"))["all"] or 0


def test_valkey_killed_without_a_file_loses_no_more_than_was_at_risk(
    own_caches: None, private_valkey: Callable[..., EmbeddedValkey], shop_queue: Queue
) -> None:
    valkey = private_valkey(persistent=False)
    environment = {**shop_queue.environment(), "REDIS_URL": valkey.url}
    with recorders(environment, views=10**9) as processes, Redis.from_url(valkey.url) as redis:
        buffer = buffer_on(redis)
        views = WriteBehind("views", buffer=lambda: buffer)
        until(lambda: buffer.held().at_risk > 1000, within=SOON_S)
        views.flush(persist=persist, bury=bury)
        until(lambda: buffer.held().at_risk > 1000, within=SOON_S)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        told = [process.communicate(timeout=SOON_S)[0] for process in processes]
        at_risk = buffer.held().at_risk
        valkey.kill()
        valkey.start()
        valkey.wait_until_ready()
        left = buffer.held().at_risk
    recorded = sum(int(one.split()[0]) for one in told)

    assert left == 0, "it kept no file"
    assert at_risk > 1000
    assert 0 < recorded - in_database() <= at_risk
