"""What happens just at a bound of cache-aside: at the floor, at 500 keys a script, at the end of a time."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.entry import TOMBSTONE, kind_of
from shop.caching.fenced_entries import KEYS_PER_SCRIPT
from shop.caching.results import Status
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, 5)
    return made


def test_a_row_that_is_just_at_the_floor_is_loaded_once_and_stored(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.invalidate(7, version=5)

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version, result.event.detail) == (Jam("plum"), 5, "")
    assert kitchen.shelf.loads == [[7]]
    assert cache.get(7, load=kitchen.shelf.load).status is Status.HIT


def test_an_entry_that_is_just_at_the_callers_floor_is_a_hit(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)

    assert cache.get(7, load=kitchen.shelf.load, floor=5).status is Status.HIT


def test_an_invalidation_of_the_version_that_is_stored_keeps_it(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.get(7, load=kitchen.shelf.load)

    cache.invalidate(7, version=5)

    assert cache.get(7, load=kitchen.shelf.load).status is Status.HIT


@pytest.mark.parametrize(
    ("keys", "scripts"),
    [(0, 0), (1, 1), (KEYS_PER_SCRIPT, 1), (KEYS_PER_SCRIPT + 1, 2), (2 * KEYS_PER_SCRIPT, 2), (1200, 3)],
)
def test_so_many_keys_take_so_many_scripts(kitchen: Kitchen, cache: CacheAside[Jam], keys: int, scripts: int) -> None:
    assert cache.invalidate_many(dict.fromkeys(range(1, keys + 1), 9))

    assert kitchen.store.calls == ["invalidate"] * scripts
    entries = [kitchen.entry(entry_id) for entry_id in range(1, keys + 1)]
    assert all(entry is not None and kind_of(entry) == TOMBSTONE for entry in entries)


def test_a_tombstone_is_gone_when_its_time_is_over(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.invalidate(7, version=5)

    kitchen.clock.advance(JAM_POLICY.tombstone_ttl - 0.001)
    assert kitchen.entry() is not None
    kitchen.clock.advance(0.001)
    assert kitchen.entry() is None
