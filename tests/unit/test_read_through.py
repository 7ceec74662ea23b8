"""Read-through on the memory store: the loader is the cache's own, and some ids are read past the cache."""

from dataclasses import replace

import pytest

from shop.caching.entry import Versioned
from shop.caching.load_gate import OverloadedError
from shop.caching.policy import Pattern, PolicyError
from shop.caching.read_through import ReadThrough
from shop.caching.results import Status
from shop.caching.store import StoreError
from tests.unit.memory_ground import JAM_POLICY, STOCK_POLICY, Jam, JamStock, Kitchen, ShelfError

ONE_MISS = ["read", "lease", "fill"]
EVEN_PAST = replace(STOCK_POLICY, bypass=lambda entry_id: entry_id % 2 == 0)


@pytest.fixture
def kitchen() -> Kitchen:
    made = Kitchen()
    for entry_id in range(1, 9):
        made.shelf.put(entry_id, entry_id)
    return made


@pytest.fixture
def bypassing(kitchen: Kitchen) -> JamStock:
    return kitchen.stock(EVEN_PAST)


def test_nobody_brings_a_loader_and_a_miss_is_loaded_and_stored(kitchen: Kitchen, stock: JamStock) -> None:
    first, second = stock.get(7), stock.get(7)

    assert (first.value, first.version, first.status) == (Jam("plum"), 7, Status.MISS)
    assert (second.value, second.version, second.status) == (Jam("plum"), 7, Status.HIT)
    assert kitchen.store.calls == [*ONE_MISS, "read"]
    assert kitchen.shelf.loads == [[7]]


def test_many_are_one_read_one_load_and_one_fill_in_the_order_asked_for(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(3)
    kitchen.forget_calls()

    results = stock.get_many([5, 3, 99, 1])

    assert list(results) == [5, 3, 99, 1]
    assert [result.status for result in results.values()] == [Status.MISS, Status.HIT, Status.MISS, Status.MISS]
    assert results[99].value is None
    assert kitchen.store.calls == ONE_MISS
    assert kitchen.shelf.loads == [[5, 99, 1]]


def test_a_caller_s_floor_is_kept_for_one_and_for_many(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get_many([1, 2])
    for entry_id in (1, 2):
        kitchen.shelf.put(entry_id, 20, "fig")

    assert stock.get(1, floor=20).value == Jam("fig")
    assert stock.get_many([1, 2], floors={2: 20})[2].value == Jam("fig")


def test_a_caller_s_floor_is_kept_among_ids_that_are_bypassed(kitchen: Kitchen, bypassing: JamStock) -> None:
    bypassing.get(1)
    kitchen.shelf.put(1, 20, "fig")

    assert bypassing.get_many([1, 2], floors={1: 20})[1].value == Jam("fig")


def test_a_store_that_fails_leaves_the_loader_to_answer(kitchen: Kitchen, stock: JamStock) -> None:
    kitchen.store.error = StoreError("timed out")

    result = stock.get(7)

    assert (result.value, result.status) == (Jam("plum"), Status.ERROR)


def test_what_the_loader_raises_reaches_the_caller(kitchen: Kitchen, stock: JamStock) -> None:
    kitchen.shelf.error = ShelfError("away")

    with pytest.raises(ShelfError):
        stock.get(7)


def test_a_policy_of_another_pattern_is_refused(kitchen: Kitchen) -> None:
    with pytest.raises(PolicyError, match="policy 'jam': pattern: cache-aside"):
        JamStock(JAM_POLICY, Jam, load=kitchen.shelf.load, register=False)


def test_read_through_alone_is_a_pattern_too(kitchen: Kitchen) -> None:
    policy = replace(JAM_POLICY, pattern=Pattern.READ_THROUGH)
    cache = ReadThrough(policy, Jam, load=kitchen.shelf.load, ground=kitchen.ground, register=False)

    assert [cache.get(7).status for _ in range(2)] == [Status.MISS, Status.HIT]


def test_a_bypassed_id_is_loaded_at_each_read_said_so_and_never_stored(kitchen: Kitchen, bypassing: JamStock) -> None:
    results = [bypassing.get(2) for _ in range(2)]

    assert [(result.value, result.version) for result in results] == [(Jam("plum"), 2)] * 2
    assert [(event.status, event.detail) for event in kitchen.events] == [(Status.BYPASSED, "bypass")] * 2
    assert kitchen.store.calls == []
    assert kitchen.shelf.loads == [[2], [2]]
    assert kitchen.entry(2) is None


def test_a_bypassed_id_is_not_answered_from_what_is_stored(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(2)
    kitchen.shelf.put(2, 9, "fig")

    assert kitchen.stock(EVEN_PAST).get(2).value == Jam("fig")


def test_bypassed_ids_among_others_are_one_load_and_the_order_is_kept(kitchen: Kitchen, bypassing: JamStock) -> None:
    bypassing.get(3)
    kitchen.forget_calls()

    results = bypassing.get_many([4, 3, 98, 1, 2])

    assert list(results) == [4, 3, 98, 1, 2]
    assert [result.status for result in results.values()] == [
        Status.BYPASSED,
        Status.HIT,
        Status.BYPASSED,
        Status.MISS,
        Status.BYPASSED,
    ]
    assert [results[4].value, results[98].value] == [Jam("plum"), None]
    assert kitchen.shelf.loads == [[4, 98, 2], [1]]
    assert kitchen.store.calls == ONE_MISS
    assert [kitchen.entry(entry_id) is None for entry_id in (4, 3, 98, 1, 2)] == [True, False, True, False, True]


def test_where_all_are_bypassed_the_store_is_not_asked(kitchen: Kitchen, bypassing: JamStock) -> None:
    assert {result.status for result in bypassing.get_many([2, 4]).values()} == {Status.BYPASSED}
    assert kitchen.store.calls == []


def test_the_predicate_is_asked_once_for_each_id_so_that_it_may_change_at_any_moment(kitchen: Kitchen) -> None:
    asked: list[int] = []

    def only_the_first_time(entry_id: int) -> bool:
        asked.append(entry_id)
        return asked.count(entry_id) == 1

    stock = kitchen.stock(replace(STOCK_POLICY, bypass=only_the_first_time))

    assert {result.status for result in stock.get_many([1, 2]).values()} == {Status.BYPASSED}
    assert {result.status for result in stock.get_many([1, 2]).values()} == {Status.MISS}
    assert asked == [1, 2, 1, 2]


def test_bypassed_reads_pass_the_gate_like_any_load(kitchen: Kitchen, bypassing: JamStock) -> None:
    with kitchen.gate.load():
        with pytest.raises(OverloadedError):
            bypassing.get(2)
        with pytest.raises(OverloadedError):
            bypassing.get_many([1, 2])

    assert bypassing.get(2).value == Jam("plum")


def test_inside_a_transaction_all_ids_are_one_load_that_waits_at_no_gate(kitchen: Kitchen, bypassing: JamStock) -> None:
    kitchen.in_transaction = True

    with kitchen.gate.load():
        results = bypassing.get_many([1, 2])
        bypassing.get(2)

    assert {result.event.detail for result in results.values()} == {"transaction"}
    assert kitchen.shelf.loads == [[1, 2], [2]]


def test_what_the_transaction_has_written_is_what_it_reads(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)

    with stock.writing(7):
        kitchen.shelf.rows[7] = Versioned(70, Jam("fig"))
        assert stock.get(7).value == Jam("fig")
