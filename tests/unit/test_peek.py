"""What is at hand can be looked at without asking anybody."""

import pytest

from shop.caching.prefetch import prefetch
from shop.caching.store import StoreError
from tests.unit.memory_ground import GRACE, TTL, Jam, Kitchen

JAM = Jam("plum")


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, version=1)
    return made


def test_a_prefetched_value_is_seen_without_an_event_or_a_call(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)

    with prefetch(cache.ref(7)):
        kitchen.forget_calls()
        assert cache.peek(7) == JAM

    assert (kitchen.store.calls, kitchen.shelf.loads, kitchen.events) == ([], [], [])


def test_what_the_page_had_to_load_is_at_hand_until_the_page_is_done(kitchen: Kitchen) -> None:
    cache = kitchen.cache()

    with prefetch(cache.ref(7)):
        assert cache.peek(7) is None
        cache.get(7, load=kitchen.shelf.load)
        assert cache.peek(7) == JAM
    assert cache.peek(7) is None


def test_a_page_may_have_loaded_it_although_the_store_failed(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    kitchen.store.error = StoreError("away")

    with prefetch(cache.ref(7)):
        cache.get_many([7, 8], load=kitchen.shelf.load)
        assert (cache.peek(7), cache.peek(8)) == (JAM, None)


def test_what_nobody_has_prefetched_is_not_asked_for(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    kitchen.forget_calls()

    assert cache.peek(7) is None
    assert kitchen.store.calls == []


def test_a_prefetched_entry_that_is_stale_is_not_seen(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)
    kitchen.clock.advance(TTL + GRACE / 2)

    with prefetch(cache.ref(7)):
        assert cache.peek(7) is None


def test_a_row_that_is_known_not_to_exist_looks_like_one_that_is_not_at_hand(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(8, load=kitchen.shelf.load)

    with prefetch(cache.ref(8)):
        assert cache.peek(8) is None


def test_a_write_by_the_same_thread_ends_what_is_at_hand(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)

    with prefetch(cache.ref(7)):
        cache.invalidate(7, version=2)
        assert cache.peek(7) is None


def test_a_write_by_the_same_thread_ends_what_the_page_has_loaded(kitchen: Kitchen) -> None:
    cache = kitchen.cache()

    with prefetch(cache.ref(7)):
        cache.get(7, load=kitchen.shelf.load)
        cache.invalidate(7, version=2)
        assert cache.peek(7) is None


def test_nothing_is_at_hand_inside_a_transaction(kitchen: Kitchen) -> None:
    cache = kitchen.cache()
    cache.get(7, load=kitchen.shelf.load)

    with prefetch(cache.ref(7), cache.ref(9)):
        cache.get(9, load=kitchen.shelf.load)
        kitchen.in_transaction = True
        assert (cache.peek(7), cache.peek(9)) == (None, None)
