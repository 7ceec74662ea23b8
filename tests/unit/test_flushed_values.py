"""The values that write-behind shows, on the store in memory: a flush puts them where an entry is."""

from dataclasses import replace

import pytest

from shop.caching.entry import Versioned
from shop.caching.flushed_values import FlushedValues
from shop.caching.policy import Pattern
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen

POLICY = replace(JAM_POLICY, pattern=Pattern.WRITE_BEHIND)


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, 1, "plum")
    return made


def jams_of(kitchen: Kitchen) -> FlushedValues[Jam]:
    ground = kitchen.ground()
    return FlushedValues(POLICY, Jam, load=kitchen.shelf.load, ground=lambda: ground, register=False)


def test_a_flush_replaces_what_is_cached_and_nobody_loads(kitchen: Kitchen) -> None:
    jams = jams_of(kitchen)
    jams.get(7)
    kitchen.forget_calls()

    assert jams.put_many({7: Versioned(2, Jam("cherry"))}) == 1

    assert (jams.get(7).value, jams.get(7).status) == (Jam("cherry"), Status.HIT)
    assert kitchen.shelf.loads == []


def test_what_nobody_reads_is_not_stored_and_keeps_nobody_waiting(kitchen: Kitchen) -> None:
    jams = jams_of(kitchen)

    assert jams.put_many({7: Versioned(2, Jam("cherry"))}) == 0
    assert kitchen.entry() is None

    kitchen.clock.advance(0.002)
    kitchen.shelf.put(7, 2, "cherry")
    assert jams.get(7).value == Jam("cherry")
    assert "lease" in kitchen.store.calls
    assert kitchen.entry() is not None


def test_flushes_that_arrive_in_reverse_leave_the_newer_value(kitchen: Kitchen) -> None:
    jams = jams_of(kitchen)
    jams.get(7)

    jams.put_many({7: Versioned(3, Jam("cherry"))})
    jams.put_many({7: Versioned(2, Jam("plum"))})

    assert jams.get(7).value == Jam("cherry")


def test_a_load_that_began_before_a_flush_does_not_undo_it(kitchen: Kitchen) -> None:
    """1. A reader loads v1; 2. the flush puts v2 over what was there; 3. the reader fills v1."""
    jams = jams_of(kitchen)
    jams.get(7)
    kitchen.clock.advance(POLICY.ttl + POLICY.stale_grace)

    def flush() -> None:
        jams_of(kitchen).put_many({7: Versioned(2, Jam("cherry"))})

    kitchen.shelf.meanwhile = flush
    jams.get(7)
    kitchen.shelf.meanwhile = lambda: None
    kitchen.shelf.put(7, 2, "cherry")

    assert jams.get(7).value == Jam("cherry")


def test_a_value_that_was_not_there_yet_is_shown_after_the_flush(kitchen: Kitchen) -> None:
    jams = jams_of(kitchen)
    assert jams.get(8).value is None

    jams.put_many({8: Versioned(1, Jam("fig"))})

    assert jams.get(8).value == Jam("fig")


def test_a_store_that_is_away_fails_no_flush(kitchen: Kitchen) -> None:
    jams = jams_of(kitchen)
    kitchen.store.error = StoreError("away")

    assert jams.put_many({7: Versioned(2, Jam("cherry"))}) == 0
