"""Many readers, and a storm of changes: no thread is ever shown a version below what it knows to be told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest

from shop.caching.clock import SystemClock
from shop.caching.local_tier import LocalTier, Ticket
from shop.caching.reading import Freshness, Reading
from tests.unit.memory_ground import Jam

KEYS = [f"jam {number}" for number in range(12)]
READERS = 8
CHANGES = 4000


def backwards(tier: LocalTier) -> int:
    """How often a reader was shown less than had been told, or than it had been shown before."""
    tier.trust(until=float("inf"))
    redis = dict.fromkeys(KEYS, 1)
    carried_out = dict.fromkeys(KEYS, 0)
    channel: SimpleQueue[tuple[str, int] | None] = SimpleQueue()
    over = threading.Event()

    def writer() -> None:
        for turn in range(CHANGES):
            key = KEYS[turn * 7 % len(KEYS)]
            redis[key] += 1
            channel.put((key, redis[key]))
        channel.put(None)

    def listener() -> None:
        while (message := channel.get()) is not None:
            tier.raise_floors([message])
            carried_out[message[0]] = message[1]
        over.set()

    def reader(number: int) -> int:
        wrong, seen, turn = 0, dict.fromkeys(KEYS, 0), number
        while not over.is_set():
            key = KEYS[turn % len(KEYS)]
            turn += 1
            told = carried_out[key]
            if (copy := tier.get(key)) is not None:
                wrong += copy.version < max(told, seen[key])
                seen[key] = max(seen[key], copy.version)
                continue
            ticket: Ticket = tier.ticket()
            version = redis[key]
            tier.hold(key, Reading(Freshness.FRESH, version, b"", Jam("fig"), 0, 60_000), ticket=ticket, local_ttl=60)
        return wrong

    with ThreadPoolExecutor(READERS + 2) as threads:
        readers = [threads.submit(reader, number) for number in range(READERS)]
        jobs: list[Callable[[], None]] = [listener, writer]
        for job in jobs:
            threads.submit(job)
        return sum(each.result() for each in readers)


@pytest.mark.parametrize("most_floors", [8192, 4], ids=["all floors are kept", "floors are forgotten all the time"])
def test_nobody_is_shown_less_than_was_told(most_floors: int) -> None:
    assert backwards(LocalTier(clock=SystemClock(), most_floors=most_floors)) == 0


def test_the_bounds_hold_under_the_storm() -> None:
    tier = LocalTier(clock=SystemClock(), most_copies=3, most_floors=3)

    assert backwards(tier) == 0

    assert len(tier) <= 3
    assert len(tier._floors) <= 3
