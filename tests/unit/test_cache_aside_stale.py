"""Stale values: shown while somebody reloads or nobody can, and never after an invalidation."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.entry import HEADER_BYTES
from shop.caching.load_gate import OverloadedError
from shop.caching.results import Status
from tests.unit.memory_ground import TTL, Jam, Kitchen, ShelfError


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, 1, "plum")
    return made


@pytest.fixture
def cache(kitchen: Kitchen) -> CacheAside[Jam]:
    """Holds plum jam that is past its time, while the shelf has fig jam."""
    made = kitchen.cache()
    made.get(7, load=kitchen.shelf.load)
    kitchen.clock.advance(TTL + 1)
    kitchen.shelf.put(7, 2, "fig")
    kitchen.forget_calls()
    return made


def seen(kitchen: Kitchen) -> bytes:
    return (kitchen.entry() or b"")[:HEADER_BYTES]


def test_whoever_gets_the_lease_reloads(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("fig"), Status.MISS)
    assert cache.get(7, load=kitchen.shelf.load).status is Status.HIT


def test_while_another_process_reloads_the_stale_value_is_shown_at_once(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.hold_lease(seen=seen(kitchen))
    before = kitchen.clock.monotonic()

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version, result.status) == (Jam("plum"), 1, Status.STALE)
    assert result.event.ttl_ms is not None
    assert result.event.ttl_ms < 0
    assert kitchen.shelf.loads == []
    assert kitchen.clock.monotonic() == before


def test_while_this_process_reloads_the_stale_value_is_shown_at_once(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    shown: list[Status] = []

    def ask_again() -> None:
        kitchen.shelf.meanwhile = lambda: None
        shown.append(cache.get(7, load=kitchen.shelf.load).status)

    kitchen.shelf.meanwhile = ask_again

    assert cache.get(7, load=kitchen.shelf.load).status is Status.MISS
    assert shown == [Status.STALE]
    assert kitchen.shelf.loads == [[7]]


def test_after_an_invalidation_the_stale_value_is_never_shown(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    cache.invalidate(7, version=2)
    kitchen.hold_lease(seen=seen(kitchen))

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("fig"), Status.MISS)


def test_after_an_invalidation_an_error_of_the_database_is_not_covered_up(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    cache.invalidate(7, version=2)
    kitchen.shelf.error = ShelfError("gone")

    with pytest.raises(ShelfError):
        cache.get(7, load=kitchen.shelf.load)


def test_an_invalidation_between_read_and_lease_keeps_the_stale_value_from_being_shown(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    stale = seen(kitchen)
    other = kitchen.cache()
    read = kitchen.store.read

    def read_then_invalidate(keys: list[str]) -> list[bytes | None]:
        entries = read(keys)
        other.invalidate(7, version=2)
        kitchen.hold_lease(seen=seen(kitchen))
        kitchen.store.read = read  # type: ignore[method-assign]
        return entries

    kitchen.store.read = read_then_invalidate  # type: ignore[method-assign,assignment]

    result = cache.get(7, load=kitchen.shelf.load)

    assert stale != seen(kitchen)
    assert (result.value, result.status) == (Jam("fig"), Status.MISS)


def test_where_the_database_can_not_answer_the_stale_value_is_shown(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.error = ShelfError("gone")

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("plum"), Status.STALE)
    assert kitchen.store.calls == ["read", "lease", "release"]


def test_where_too_many_load_the_stale_value_is_shown(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    with kitchen.gate.load():
        result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("plum"), Status.STALE)
    assert cache.get(7, load=kitchen.shelf.load).value == Jam("fig")


def test_where_too_many_load_and_nothing_stale_is_at_hand_the_caller_is_told(kitchen: Kitchen) -> None:
    cache = kitchen.cache()

    with kitchen.gate.load(), pytest.raises(OverloadedError):
        cache.get(7, load=kitchen.shelf.load)

    assert kitchen.store.calls[-1] == "release"
    assert cache.get(7, load=kitchen.shelf.load).status is Status.MISS


def test_an_error_that_is_no_fault_of_the_database_is_not_covered_up(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.error = LookupError("a defect in the loader")

    with pytest.raises(LookupError):
        cache.get(7, load=kitchen.shelf.load)

    assert kitchen.store.calls == ["read", "lease", "release"]


def test_one_key_without_a_stale_value_lets_the_error_out(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.shelf.error = ShelfError("gone")

    with pytest.raises(ShelfError):
        cache.get_many([7, 8], load=kitchen.shelf.load)
