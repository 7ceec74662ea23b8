"""Whatever fails in the cache, and whenever, the loader answers."""

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.results import Status
from shop.caching.store import LeaseReply, StoreError
from tests.unit.memory_ground import Jam, Kitchen


def test_a_failing_store_is_an_error_and_the_loader_answers(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.store.error = StoreError("timed out")

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.status) == (Jam("plum"), Status.ERROR)
    assert kitchen.store.calls == ["read"]


def test_behind_an_open_breaker_reads_are_skipped_and_the_loader_answers(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.store.error = StoreError("timed out")

    statuses = [cache.get(7, load=kitchen.shelf.load).status for _ in range(6)]

    assert statuses == [Status.ERROR] * 5 + [Status.SKIPPED]
    assert kitchen.store.calls == ["read"] * 5


def test_a_store_that_fails_while_a_row_is_loaded_does_not_reach_the_caller(
    kitchen: Kitchen, cache: CacheAside[Jam]
) -> None:
    kitchen.shelf.meanwhile = lambda: setattr(kitchen.store, "error", StoreError("timed out"))

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "not stored")
    assert kitchen.store.calls[:3] == ["read", "lease", "fill"]
    kitchen.store.error = None


def test_a_store_that_fails_when_it_is_asked_for_the_lease_does_not_reach_the_caller(
    kitchen: Kitchen, cache: CacheAside[Jam], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> list[LeaseReply]:
        raise StoreError("timed out")

    monkeypatch.setattr(kitchen.memory, "lease", fail)

    result = cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.event.detail) == (Jam("plum"), "not stored")
    assert kitchen.shelf.loads == [[7]]
    assert kitchen.entry() is None


def test_an_invalidation_that_the_store_did_not_take_says_so(kitchen: Kitchen, cache: CacheAside[Jam]) -> None:
    kitchen.store.error = StoreError("timed out")

    assert cache.invalidate(7, version=2) is False
