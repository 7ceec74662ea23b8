"""When a write is put: after the outermost commit, and after nothing else."""

from contextlib import suppress

from shop.caching.results import Status
from shop.caching.write_through import Outcome
from tests.unit.memory_ground import Jam, JamStock, Kitchen


def test_inside_the_block_nothing_is_put_and_the_outcome_is_pending(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")
        assert write.outcome is Outcome.PENDING
        assert kitchen.store.calls == []


def test_a_rollback_puts_nothing_and_the_entry_stays(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)
    kitchen.forget_calls()

    with suppress(LookupError), stock.writing(7) as write:
        kitchen.shelf.put(7, 2, "fig")
        raise LookupError

    assert write.outcome is Outcome.PENDING
    assert (kitchen.store.calls, kitchen.events) == ([], [])
    assert stock.get(7).value == Jam("plum")


def test_inside_another_transaction_the_put_waits_for_the_outermost_commit(kitchen: Kitchen, stock: JamStock) -> None:
    with kitchen.transactions.block():
        with stock.writing(7) as write:
            kitchen.shelf.put(7, 2, "fig")
        assert (write.outcome, kitchen.store.calls) == (Outcome.PENDING, [])
        kitchen.shelf.put(7, 3, "figs")

    assert write.outcome is Outcome.PUT
    assert stock.get(7).version == 3


def test_nested_blocks_each_put_their_own_after_the_outermost_commit(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7) as outer:
        kitchen.shelf.put(7, 2)
        with stock.writing(8) as inner:
            kitchen.shelf.put(8, 3)
        assert (inner.outcome, kitchen.store.calls) == (Outcome.PENDING, [])

    assert (outer.outcome, inner.outcome) == (Outcome.PUT, Outcome.PUT)
    assert kitchen.store.calls == ["put", "fill"] * 2
    assert {result.status for result in stock.get_many([7, 8]).values()} == {Status.HIT}


def test_a_nested_block_that_is_rolled_back_alone_puts_nothing(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7) as outer:
        kitchen.shelf.put(7, 2)
        with suppress(LookupError), stock.writing(8) as inner:
            kitchen.shelf.put(8, 3)
            raise LookupError

    assert (outer.outcome, inner.outcome) == (Outcome.PUT, Outcome.PENDING)
    assert kitchen.entry(8) is None


def test_an_outer_rollback_takes_the_inner_put_along(kitchen: Kitchen, stock: JamStock) -> None:
    with suppress(LookupError), kitchen.transactions.block():
        with stock.writing(7) as write:
            kitchen.shelf.put(7, 2)
        raise LookupError

    assert (write.outcome, kitchen.store.calls) == (Outcome.PENDING, [])
