"""Write-through on the memory store: what is put, when, and what the write says of it."""

from dataclasses import replace

import pytest

from shop.caching.entry import TOMBSTONE, kind_of, version_of
from shop.caching.fenced_entries import KEYS_PER_SCRIPT
from shop.caching.policy import Pattern, PolicyError
from shop.caching.prefetch import prefetch
from shop.caching.results import Status
from shop.caching.write_through import Outcome, WriteThrough
from tests.unit.fates import fates
from tests.unit.memory_ground import JAM_POLICY, Jam, JamStock, Kitchen


def test_a_write_puts_the_committed_row_by_one_load_and_one_script(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)
    kitchen.forget_calls()

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")

    assert write.outcome is Outcome.PUT
    assert (kitchen.shelf.loads, kitchen.store.calls) == ([[7]], ["put"])
    assert fates(kitchen) == [(7, Status.PUT, "")]
    assert kitchen.repairs == 0


def test_the_next_read_in_any_process_is_a_hit_of_what_was_written(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)
    with stock.writing(7):
        kitchen.shelf.put(7, 2, "fig")

    for process in (stock, kitchen.stock()):
        result = process.get(7)
        assert (result.value, result.version, result.status) == (Jam("fig"), 2, Status.HIT)


def test_what_a_trigger_made_of_the_row_is_what_is_put(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7):
        kitchen.shelf.put(7, 2, "fig")
        kitchen.shelf.put(7, 3, "figs")

    assert (stock.get(7).value, stock.get(7).version) == (Jam("figs"), 3)


def test_entries_that_are_known_only_on_the_way_are_put_too_and_each_once(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get_many([7, 8])
    kitchen.forget_calls()

    with stock.writing(7, 7) as write:
        kitchen.shelf.put(7, 2)
        kitchen.shelf.put(8, 3)
        for entry_id in (8, 7, 8):
            write.wrote(entry_id)

    assert kitchen.shelf.loads == [[7, 8]]
    assert fates(kitchen) == [(7, Status.PUT, ""), (8, Status.PUT, "")]


def test_a_write_of_nothing_is_put_and_asks_nobody(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing() as write:
        pass

    assert write.outcome is Outcome.PUT
    assert (kitchen.store.calls, kitchen.shelf.loads, kitchen.events) == ([], [], [])


@pytest.mark.parametrize(("rows", "scripts"), [(KEYS_PER_SCRIPT, 1), (KEYS_PER_SCRIPT + 1, 2), (1200, 3)])
def test_many_rows_are_one_load_and_500_a_script_and_on_nothing_the_same_once_more(
    kitchen: Kitchen, stock: JamStock, rows: int, scripts: int
) -> None:
    with stock.writing(*range(1, rows + 1)) as write:
        for entry_id in range(1, rows + 1):
            kitchen.shelf.put(entry_id, 2)

    assert write.outcome is Outcome.PUT
    assert (len(kitchen.shelf.loads), kitchen.store.calls) == (2, ["put"] * scripts + ["fill"] * scripts)
    assert all(kitchen.entry(entry_id) is not None for entry_id in range(1, rows + 1))


def test_a_put_that_something_newer_has_overtaken_says_so_and_changes_nothing(
    kitchen: Kitchen, stock: JamStock
) -> None:
    """The other writer comes between this one's second read and its put."""

    def overtake() -> None:
        kitchen.shelf.meanwhile = lambda: None
        with kitchen.stock().writing(7):
            kitchen.shelf.put(7, 3, "pear")
        kitchen.events.clear()

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")
        kitchen.shelf.meanwhile = overtake

    assert write.outcome is Outcome.PUT
    assert fates(kitchen) == [(7, Status.PUT, "superseded")]
    assert stock.get(7).value == Jam("pear")


def test_a_negative_entry_ends_when_its_row_is_written(kitchen: Kitchen, stock: JamStock) -> None:
    assert stock.get(8).value is None

    with stock.writing(8):
        kitchen.shelf.put(8, 2, "fig")

    assert (stock.get(8).value, stock.get(8).status) == (Jam("fig"), Status.HIT)


def test_an_invalidation_of_the_same_write_changes_nothing_before_or_after_the_put(
    kitchen: Kitchen, stock: JamStock
) -> None:
    """The change log tells of the write too, in either order."""
    stock.invalidate(7, version=2)
    with stock.writing(7):
        kitchen.shelf.put(7, 2, "fig")
    stock.invalidate(7, version=2)

    assert stock.get(7).status is Status.HIT


def test_what_the_page_has_prefetched_is_forgotten_by_a_write(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)

    with prefetch(stock.ref(7)):
        with stock.writing(7):
            kitchen.shelf.put(7, 2, "fig")

        assert stock.get(7).value == Jam("fig")


def test_a_put_is_kept_as_long_as_a_fill(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7):
        kitchen.shelf.put(7, 2)

    kitchen.clock.advance(JAM_POLICY.ttl + JAM_POLICY.stale_grace - 0.001)
    assert kitchen.entry() is not None
    kitchen.clock.advance(0.001)
    assert kitchen.entry() is None


def test_the_floor_of_a_negative_entry_above_the_put_is_kept_for_the_policy_s_time(
    kitchen: Kitchen, stock: JamStock
) -> None:
    del kitchen.shelf.rows[7]
    stock.invalidate(7, version=9)
    stock.get(7)

    with stock.writing(7):
        kitchen.shelf.put(7, 8)

    entry = kitchen.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry)) == (9, TOMBSTONE)
    kitchen.clock.advance(JAM_POLICY.tombstone_ttl)
    assert kitchen.entry() is None


def test_a_policy_of_another_pattern_is_refused(kitchen: Kitchen) -> None:
    with pytest.raises(PolicyError, match="policy 'jam': pattern: cache-aside"):
        WriteThrough(JAM_POLICY, Jam, load=kitchen.shelf.load, register=False)


def test_write_through_alone_is_a_pattern_too(kitchen: Kitchen) -> None:
    policy = replace(JAM_POLICY, pattern=Pattern.WRITE_THROUGH)
    cache = WriteThrough(policy, Jam, load=kitchen.shelf.load, ground=kitchen.ground, register=False)

    with cache.writing(7) as write:
        kitchen.shelf.put(7, 2)

    assert write.outcome is Outcome.PUT
