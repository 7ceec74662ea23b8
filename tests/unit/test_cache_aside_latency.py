"""What an event says of the time that an answer took: the round trip, and the load where there was one."""

from collections.abc import Sequence

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import Jam, Kitchen

READ_S, LOAD_S = 0.002, 0.25


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    """Each read takes 2 ms, and each load 250 ms."""
    made = Kitchen()
    made.shelf.put(7, 1)
    made.shelf.meanwhile = lambda: made.clock.advance(LOAD_S)
    read = made.store.read

    def slow_read(keys: Sequence[str]) -> list[bytes | None]:
        made.clock.advance(READ_S)
        return read(keys)

    monkeypatch.setattr(made.store, "read", slow_read)
    return made


def latency_ms(cache: CacheAside[Jam], kitchen: Kitchen, expected: Status) -> float:
    event = cache.get(7, load=kitchen.shelf.load).event
    assert event.status is expected
    return event.latency_ms


def test_a_miss_took_its_round_trip_and_its_load(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    assert latency_ms(cache, kitchen, Status.MISS) == pytest.approx(252, abs=0.01)


def test_a_hit_took_its_round_trip(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)

    assert latency_ms(cache, kitchen, Status.HIT) == pytest.approx(2, abs=0.01)


def test_a_read_past_the_cache_took_its_load(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.in_transaction = True

    assert latency_ms(cache, kitchen, Status.BYPASSED) == pytest.approx(250, abs=0.01)


def test_a_failed_round_trip_is_part_of_what_an_error_took(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.store.error = StoreError("timed out")

    assert latency_ms(cache, kitchen, Status.ERROR) == pytest.approx(252, abs=0.01)


def test_the_hits_of_a_list_took_no_part_of_its_load(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)

    results = cache.get_many([7, 8], load=kitchen.shelf.load)

    assert results[7].event.latency_ms == pytest.approx(2, abs=0.01)
    assert results[8].event.latency_ms == pytest.approx(252, abs=0.01)
