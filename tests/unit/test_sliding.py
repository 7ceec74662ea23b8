"""Entries that live from use to use: one round trip reads and notes."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.results import Status
from shop.caching.sliding import UNKNOWN, SlidingUse
from shop.caching.store import StoreError, Use
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen

IDLE = 60.0
AT_MS = 1_700_000_000_000


@pytest.fixture
def jam(kitchen: Kitchen) -> CacheAside[Jam]:
    """Entry 7 is cached."""
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    kitchen.forget_calls()
    return cache


@pytest.fixture
def uses(kitchen: Kitchen, jam: CacheAside[Jam]) -> SlidingUse:
    ground = jam.ref(7).ground
    return SlidingUse(JAM_POLICY, idle=IDLE, ground=lambda: ground)


def test_one_round_trip_reads_the_entry_and_notes_its_use(
    kitchen: Kitchen, jam: CacheAside[Jam], uses: SlidingUse
) -> None:
    with uses.of(7) as first:
        assert jam.get(7, load=kitchen.shelf.load).status is Status.HIT
    kitchen.clock.advance(5)
    with uses.of(7) as second:
        assert jam.get(7, load=kitchen.shelf.load).value == Jam("plum")

    assert kitchen.store.calls == ["slide", "slide"]
    assert (first.before, second.before) == (UNKNOWN, Use(AT_MS, 0))


def test_what_is_not_there_is_loaded_and_is_not_used_until_that_is_said(
    kitchen: Kitchen, jam: CacheAside[Jam], uses: SlidingUse
) -> None:
    kitchen.shelf.put(8, 1)
    with uses.of(8):
        assert jam.get(8, load=kitchen.shelf.load).status is Status.MISS
    with uses.of(8) as reading:
        pass
    assert reading.before == UNKNOWN

    kitchen.clock.advance(IDLE)
    assert uses.note(8, noted_ms=AT_MS)

    with uses.of(8) as reading:
        pass
    assert reading.before == Use(AT_MS + int(IDLE * 1000), AT_MS)


def test_a_store_that_fails_costs_one_call_and_the_loader_answers(
    kitchen: Kitchen, jam: CacheAside[Jam], uses: SlidingUse
) -> None:
    kitchen.store.error = StoreError("gone")

    with uses.of(7) as reading:
        assert jam.get(7, load=kitchen.shelf.load).status is Status.ERROR

    assert reading.before == UNKNOWN
    assert kitchen.store.calls == ["slide"]
    assert not uses.note(7, noted_ms=AT_MS)


def test_inside_a_transaction_nothing_is_used_by_being_read(
    kitchen: Kitchen, jam: CacheAside[Jam], uses: SlidingUse
) -> None:
    kitchen.in_transaction = True
    with uses.of(7):
        assert jam.get(7, load=kitchen.shelf.load).status is Status.BYPASSED
    assert kitchen.store.calls == []


def test_after_a_reset_the_use_is_that_of_the_new_database(
    kitchen: Kitchen, jam: CacheAside[Jam], uses: SlidingUse
) -> None:
    assert uses.note(7, noted_ms=AT_MS)
    kitchen.memory.mark(f"larder:{kitchen.database_id}:retired")
    kitchen.database_id = "another"

    with uses.of(7) as reading:
        assert jam.get(7, load=kitchen.shelf.load).status is Status.MISS

    assert reading.before == UNKNOWN
