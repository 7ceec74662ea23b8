"""After a reset the entries of before are never read again, by whichever process."""

import pytest

from shop.caching.prefetch import prefetch
from shop.caching.results import Status
from tests.unit.memory_ground import DATABASE_ID, Jam, Kitchen

NEW_ID = "b00000000000"


@pytest.fixture
def kitchen() -> Kitchen:
    """Plum jam is cached under the old id; then the database was seeded anew."""
    made = Kitchen()
    made.shelf.put(7, 1, "plum")
    return made


def reset(kitchen: Kitchen) -> None:
    """The database has a new id, and whoever did it has marked the old one."""
    kitchen.shelf.put(7, 1, "fig")
    kitchen.database_id = NEW_ID
    kitchen.memory.mark(f"larder:{DATABASE_ID}:retired")


def test_a_process_that_still_uses_the_old_id_meets_the_marker_and_asks_for_the_new(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    reset(kitchen)
    kitchen.forget_calls()

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("fig"), Status.MISS)
    assert kitchen.store.calls == ["read", "read", "lease", "fill"]
    assert kitchen.entry() is not None


def test_once_it_knows_the_new_id_a_read_is_one_round_trip_again(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    reset(kitchen)
    cache.get(7, load=kitchen.shelf.load)
    kitchen.forget_calls()

    assert cache.get(7, load=kitchen.shelf.load).status is Status.HIT
    assert kitchen.store.calls == ["read"]


def test_a_prefetch_meets_the_marker_as_well(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    reset(kitchen)

    with prefetch(cache.ref(7)):
        assert cache.get(7, load=kitchen.shelf.load).value == Jam("fig")


def test_where_the_database_still_gives_a_retired_id_the_cache_is_left_alone(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    kitchen.memory.mark(f"larder:{DATABASE_ID}:retired")
    kitchen.shelf.put(7, 2, "fig")
    kitchen.forget_calls()

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("fig"), Status.SKIPPED)
    assert kitchen.store.calls == ["read", "read"]
