"""Reads through the local tier: what they cost, and whose writes they see."""

from contextvars import Context
from dataclasses import replace
from functools import partial

import pytest

from shop.caching.cache_aside import CacheAside
from shop.caching.ground import Ground
from shop.caching.local_tier import LocalTier
from shop.caching.messages import EMPTY
from shop.caching.policy import Policy
from shop.caching.prefetch import prefetch
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import COPIED_POLICY, JAM_POLICY, TTL, Jam, Kitchen


class Process:
    """A process that keeps copies, with one cache."""

    def __init__(self, kitchen: Kitchen, policy: Policy = COPIED_POLICY) -> None:
        self.ground: Ground
        self.tier: LocalTier
        self.ground, self.tier = kitchen.copying()
        self.cache = CacheAside(policy, Jam, ground=lambda: self.ground, register=False)


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    made.shelf.put(7, version=1)
    made.shelf.put(8, version=1, fruit="fig")
    return made


@pytest.fixture
def process(kitchen: Kitchen) -> Process:
    return Process(kitchen)


def warm(kitchen: Kitchen, process: Process, *entry_ids: int) -> None:
    """Loaded, then read out of the store, and so held."""
    for _ in range(2):
        process.cache.get_many(entry_ids or (7,), load=kitchen.shelf.load)
    kitchen.forget_calls()


def test_what_was_read_is_shown_again_without_asking_anybody(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)
    kitchen.clock.advance(0.25)

    result = process.cache.get(7, load=kitchen.shelf.load)

    assert (result.value, result.version, result.status) == (Jam("plum"), 1, Status.LOCAL)
    assert (kitchen.store.calls, kitchen.shelf.loads, kitchen.events) == ([], [], [result.event])
    assert result.event.age_ms == pytest.approx(250)
    assert TTL * 900 - 250 <= (result.event.ttl_ms or 0) <= TTL * 1000 - 250


def test_what_was_loaded_is_not_held_before_the_store_has_shown_it(kitchen: Kitchen, process: Process) -> None:
    process.cache.get(7, load=kitchen.shelf.load)

    assert len(process.tier) == 0


def test_a_copy_is_not_renewed_by_being_shown(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)
    for _ in range(3):
        kitchen.clock.advance(0.3)
        process.cache.get(7, load=kitchen.shelf.load)
    kitchen.clock.advance(0.3)

    assert process.cache.get(7, load=kitchen.shelf.load).status is Status.HIT
    assert kitchen.store.calls == ["read"]


def test_a_missing_row_is_held_as_missing(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process, 9)

    result = process.cache.get(9, load=kitchen.shelf.load)

    assert (result.value, result.status, result.event.detail) == (None, Status.LOCAL, "negative")
    assert kitchen.store.calls == []


def test_of_many_only_those_without_a_copy_are_asked_for(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process, 8)

    results = process.cache.get_many([7, 8, 9, 8], load=kitchen.shelf.load)

    assert list(results) == [7, 8, 9]
    assert [result.status for result in results.values()] == [Status.MISS, Status.LOCAL, Status.MISS]
    assert (kitchen.store.calls, kitchen.shelf.loads) == (["read", "lease", "fill"], [[7, 9]])


def test_many_with_copies_cost_no_call(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process, 7, 8)

    results = process.cache.get_many([8, 7], load=kitchen.shelf.load)

    assert list(results) == [8, 7]
    assert kitchen.store.calls == []


def test_a_page_prefetches_only_what_it_has_no_copies_of(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process, 7, 8)
    process.tier.raise_floors([(kitchen.key(8), 2)])

    with prefetch(process.cache.ref(7), process.cache.ref(8)):
        statuses = [process.cache.get(entry_id, load=kitchen.shelf.load).status for entry_id in (7, 8)]

    assert statuses == [Status.LOCAL, Status.HIT]
    assert kitchen.store.calls == ["read"]


def test_a_page_that_has_copies_of_everything_makes_no_call_even_if_they_end_meanwhile(
    kitchen: Kitchen, process: Process
) -> None:
    warm(kitchen, process, 7, 8)

    with prefetch(process.cache.ref(7), process.cache.ref(8)):
        kitchen.clock.advance(1.5)
        results = process.cache.get_many([7, 8], load=kitchen.shelf.load)

    assert {result.status for result in results.values()} == {Status.LOCAL}
    assert kitchen.store.calls == []


def test_what_a_page_has_prefetched_is_held(kitchen: Kitchen, process: Process) -> None:
    process.cache.get(7, load=kitchen.shelf.load)
    with prefetch(process.cache.ref(7)):
        process.cache.get(7, load=kitchen.shelf.load)
    kitchen.forget_calls()

    assert process.cache.get(7, load=kitchen.shelf.load).status is Status.LOCAL


def test_a_copy_can_be_looked_at(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)

    assert process.cache.peek(7) == Jam("plum")
    assert (kitchen.store.calls, kitchen.events) == ([], [])


def test_a_callers_floor_above_the_copy_passes_it_by(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)
    kitchen.shelf.put(7, version=2, fruit="fig")

    assert process.cache.get(7, load=kitchen.shelf.load, floor=1).status is Status.LOCAL
    assert process.cache.get(7, load=kitchen.shelf.load, floor=2).value == Jam("fig")


def test_a_transaction_sees_no_copies(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)
    kitchen.in_transaction = True

    assert process.cache.get(7, load=kitchen.shelf.load).status is Status.BYPASSED
    assert process.cache.get_many([7], load=kitchen.shelf.load)[7].status is Status.BYPASSED
    assert process.cache.peek(7) is None


def test_another_process_is_told_of_a_write(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)
    kitchen.shelf.put(7, version=2, fruit="fig")

    Process(kitchen).cache.invalidate(7, version=2)

    assert process.cache.get(7, load=kitchen.shelf.load).value == Jam("fig")


def test_a_writers_own_process_shows_nothing_old_whether_or_not_the_store_took_the_write(
    kitchen: Kitchen, process: Process
) -> None:
    warm(kitchen, process)
    kitchen.store.error = StoreError("timed out")

    assert not process.cache.invalidate(7, version=2)

    assert process.cache.peek(7) is None
    assert process.tier.get(kitchen.key(7)) is None


@pytest.mark.parametrize("again", [True, False], ids=["raised once more", "control: only before"])
def test_a_writers_next_read_is_right_before_the_message_of_the_write_has_come(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """1. The writer's process gives up its copies; 2. a reader in it holds "there is none", which the store still
    says; 3. the store is told; 4. the writer reads, before the message comes."""
    process = Process(kitchen)
    kitchen.memory._listeners.clear()
    warm(kitchen, process, 9)
    kitchen.shelf.put(9, version=2)
    invalidate = kitchen.store.invalidate

    def read_first(*arguments: object, **options: object) -> None:
        # The floor of step 1 is forgotten: so much has been changed meanwhile.
        process.tier._floors.clear()
        assert process.cache.get(9, load=kitchen.shelf.load).value is None
        invalidate(*arguments, **options)  # type: ignore[arg-type]
        if not again:
            monkeypatch.setattr(process.tier, "raise_floors", lambda versions: None)

    monkeypatch.setattr(kitchen.store, "invalidate", read_first)

    process.cache.invalidate(9, version=2)

    assert (process.cache.get(9, load=kitchen.shelf.load).value == Jam("plum")) is again


@pytest.mark.parametrize("learns", [True, False], ids=["what was shown is a floor", "control: it is not"])
def test_what_this_process_has_shown_does_not_go_back_before_the_message_has_come(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, learns: bool
) -> None:
    process = Process(kitchen)
    kitchen.memory._listeners.clear()
    process.cache.get(7, load=kitchen.shelf.load)
    if not learns:
        monkeypatch.setattr(Ground, "learn", lambda ground, policy, versions: None)

    with prefetch(process.cache.ref(7)):
        kitchen.shelf.put(7, version=2, fruit="fig")
        elsewhere = kitchen.cache(COPIED_POLICY)
        # Outside this page, which would forget or use what it has prefetched.
        Context().run(partial(elsewhere.invalidate, 7, version=2))
        assert Context().run(partial(process.cache.get, 7, load=kitchen.shelf.load)).version == 2
        assert process.cache.get(7, load=kitchen.shelf.load).version == 1

    assert (process.cache.get(7, load=kitchen.shelf.load).version == 2) is learns


def test_a_cache_without_a_local_ttl_keeps_no_copies_and_tells_nobody(kitchen: Kitchen) -> None:
    process = Process(kitchen, JAM_POLICY)
    told: list[str] = []
    kitchen.memory.listen(process.ground.keys.changes, told.append)
    warm(kitchen, process)
    process.cache.invalidate(7, version=2)

    assert (len(process.tier), told) == (0, [])


def test_copies_are_given_up_when_the_store_may_have_lost_changes(kitchen: Kitchen, process: Process) -> None:
    warm(kitchen, process)

    process.ground.store.tell(EMPTY, channel=process.ground.keys.changes)

    assert process.cache.get(7, load=kitchen.shelf.load).status is Status.HIT


def test_after_a_reset_the_new_id_is_asked_for_and_nothing_of_the_old_one_is_shown(
    kitchen: Kitchen, process: Process
) -> None:
    warm(kitchen, process)
    retired = process.ground.keys.retired()
    kitchen.database_id = "5a5a5a5a5a5a"
    kitchen.shelf.put(7, version=1, fruit="fig")

    process.ground.store.mark(retired, channel=process.ground.keys.changes)

    assert process.cache.get(7, load=kitchen.shelf.load).value == Jam("fig")


def test_what_was_read_under_an_old_database_id_is_not_held_under_the_new_one(
    kitchen: Kitchen, process: Process
) -> None:
    process.cache.get(7, load=kitchen.shelf.load)
    with prefetch(process.cache.ref(7)):
        process.ground.keys.follow("5a5a5a5a5a5a")
        assert process.cache.get(7, load=kitchen.shelf.load).value == Jam("plum")

    assert process.cache.peek(7) is None


def test_hits_in_copies_are_counted_among_the_hits(kitchen: Kitchen, process: Process) -> None:
    from shop.caching.metrics import Metrics

    metrics = Metrics()
    process.ground = replace(process.ground, instrumentation=type(process.ground.instrumentation)(metrics))
    warm(kitchen, process)
    process.cache.get(7, load=kitchen.shelf.load)

    figures = metrics.of("jam")
    assert (figures.local_hits, figures.hits, figures.misses) == (1, 2, 1)
