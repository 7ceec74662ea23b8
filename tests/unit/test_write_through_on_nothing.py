"""A put that finds nothing, where nothing could refuse it: it gets the lease, and loads the row once more.

The race: 1. A reads v1 again; 2. B commits v2 and puts it; 3. that entry is evicted, or flushed; 4. A puts v1.
"""

import pytest

from shop.caching.committed_puts import TRIES
from shop.caching.entry import version_of
from shop.caching.results import Status
from shop.caching.store import StoreError
from shop.caching.write_through import Outcome
from tests.unit.memory_ground import Jam, JamStock, Kitchen, ShelfError


def others_write(kitchen: Kitchen, version: int) -> None:
    """Somebody else commits while a load is under way that has just read the row; their entry is gone at once."""
    kitchen.shelf.meanwhile = lambda: None
    kitchen.shelf.put(7, version, "pear")


def test_where_nobody_else_wrote_it_is_two_loads_and_a_fill(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")

    assert write.outcome is Outcome.PUT
    assert (kitchen.shelf.loads, kitchen.store.calls) == ([[7], [7]], ["put", "fill"])
    assert [event.status for event in kitchen.events] == [Status.PUT]


def test_a_put_that_was_outrun_never_shows(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")
        kitchen.shelf.meanwhile = lambda: others_write(kitchen, 3)

    assert write.outcome is Outcome.PUT
    assert kitchen.store.calls == ["put", "fill"]
    assert (stock.get(7).value, stock.get(7).version) == (Jam("pear"), 3)
    assert [event.status for event in kitchen.events[:1]] == [Status.PUT]


def test_only_those_whose_lease_was_taken_are_put_again(kitchen: Kitchen, stock: JamStock) -> None:
    def take_one() -> None:
        """Between the second load and the fill."""
        if len(kitchen.shelf.loads) == 2:
            kitchen.shelf.meanwhile = lambda: None
            kitchen.stock().invalidate(7, version=2)

    with stock.writing(6, 7, 8):
        for entry_id in (6, 7, 8):
            kitchen.shelf.put(entry_id, 2, "fig")
        kitchen.shelf.meanwhile = take_one

    assert kitchen.shelf.loads == [[6, 7, 8], [6, 7, 8], [7]]
    assert kitchen.store.calls == ["put", "invalidate", "fill", "put"]
    assert [version_of(kitchen.entry(entry_id)) for entry_id in (6, 7, 8)] == [2, 2, 2]
    assert [(event.entry_id, event.status) for event in kitchen.events] == [(i, Status.PUT) for i in (6, 7, 8)]


def test_a_writer_that_comes_between_second_load_and_fill_wins(kitchen: Kitchen, stock: JamStock) -> None:
    def write() -> None:
        if len(kitchen.shelf.loads) == 2:
            kitchen.shelf.meanwhile = lambda: None
            with kitchen.stock().writing(7) as other:
                kitchen.shelf.put(7, 3, "pear")
            assert other.outcome is Outcome.PUT
            kitchen.clock.advance(1000)

    with stock.writing(7) as write_:
        kitchen.shelf.put(7, 2, "fig")
        kitchen.shelf.meanwhile = write

    assert write_.outcome is Outcome.PUT
    assert version_of(kitchen.entry()) == 3


def test_a_row_that_was_deleted_meanwhile_is_left_to_the_change_log(kitchen: Kitchen, stock: JamStock) -> None:
    def delete() -> None:
        kitchen.shelf.meanwhile = lambda: None
        del kitchen.shelf.rows[7]

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")
        kitchen.shelf.meanwhile = delete

    assert (write.outcome, kitchen.repairs) == (Outcome.LOST, 1)
    assert kitchen.entry() is None
    kitchen.hold_lease()
    assert [(event.status, event.detail) for event in kitchen.events] == [(Status.UNPUT, "gone")]


def test_what_something_could_have_refused_is_not_looked_at_again(kitchen: Kitchen, stock: JamStock) -> None:
    stock.invalidate(7, version=2)

    with stock.writing(7):
        kitchen.shelf.put(7, 2)

    assert kitchen.shelf.loads == [[7]]


def test_a_put_that_is_outrun_each_time_is_lost(kitchen: Kitchen, stock: JamStock) -> None:
    def write_and_flush() -> None:
        kitchen.shelf.put(7, kitchen.shelf.rows[7].version + 1)
        kitchen.clock.advance(1000)

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2)
        kitchen.shelf.meanwhile = write_and_flush

    assert (write.outcome, kitchen.repairs) == (Outcome.LOST, 1)
    assert kitchen.store.calls == ["put", "fill"] * TRIES


@pytest.mark.parametrize("of_the_store", [True, False], ids=["the store", "the database"])
def test_where_it_can_not_be_looked_at_again_the_put_is_lost(
    kitchen: Kitchen, stock: JamStock, of_the_store: bool
) -> None:
    def fail() -> None:
        others_write(kitchen, 3)
        if not of_the_store:
            kitchen.shelf.error = ShelfError("away")
        else:
            kitchen.shelf.meanwhile = lambda: setattr(kitchen.store, "error", StoreError("timed out"))

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2)
        kitchen.shelf.meanwhile = fail

    assert (write.outcome, kitchen.repairs) == (Outcome.LOST, 1)
