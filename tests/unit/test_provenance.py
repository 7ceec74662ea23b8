"""Where each value of a page came from, collected while the page is made."""

import threading

import pytest

from shop.caching import provenance
from shop.caching.instrumentation import Instrumentation
from shop.caching.results import CacheEvent, Status
from tests.unit.memory_ground import Kitchen


def event(entry_id: int = 7) -> CacheEvent:
    return CacheEvent("jam", entry_id, Status.HIT, 0.1)


def test_a_scope_collects_what_is_read_inside() -> None:
    with provenance.collected() as page:
        provenance.collect(event(1))
        provenance.collect(event(2))

    provenance.collect(event(3))

    assert [found.entry_id for found in page.events] == [1, 2]


def test_nested_scopes_collect_each_its_own() -> None:
    with provenance.collected() as page:
        provenance.collect(event(1))
        with provenance.collected() as part:
            provenance.collect(event(2))
        provenance.collect(event(3))

    assert [found.entry_id for found in page.events] == [1, 3]
    assert [found.entry_id for found in part.events] == [2]


def test_a_scope_ends_also_by_an_error() -> None:
    with pytest.raises(LookupError), provenance.collected():
        raise LookupError

    assert provenance.current() is None


def test_without_a_scope_nothing_is_collected() -> None:
    assert provenance.current() is None
    provenance.collect(event())


def test_the_scopes_of_two_threads_do_not_mix() -> None:
    seen: list[provenance.Provenance | None] = []

    def read() -> None:
        seen.append(provenance.current())
        provenance.collect(event())

    with provenance.collected() as page:
        other = threading.Thread(target=read)
        other.start()
        other.join()

    assert seen == [None]
    assert page.events == []


def test_the_reads_of_a_cache_arrive_in_the_scope() -> None:
    kitchen = Kitchen()
    kitchen.shelf.put(7, 1)
    cache = kitchen.cache()

    with provenance.collected() as page:
        cache.get(7, load=kitchen.shelf.load)
        cache.get(7, load=kitchen.shelf.load)

    assert [found.status for found in page.events] == [Status.MISS, Status.HIT]
    assert page.round_trips == 4


def test_every_listener_hears_every_event_until_it_leaves() -> None:
    first: list[CacheEvent] = []
    second: list[CacheEvent] = []
    hook = Instrumentation(first.append)
    leave = hook.subscribe(second.append)

    hook.emit(event(1))
    leave()
    hook.emit(event(2))

    assert [found.entry_id for found in first] == [1, 2]
    assert [found.entry_id for found in second] == [1]
