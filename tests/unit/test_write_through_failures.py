"""Whatever fails behind a write, and whenever: what the database has taken stands, and the write says what it knows."""

import logging

import pytest

from shop.caching import lease_return, provenance
from shop.caching.entry import TOMBSTONE, Versioned, kind_of, version_of
from shop.caching.results import Status
from shop.caching.store import StoreBusyError, StoreError
from shop.caching.write_through import Outcome
from tests.unit.fates import fates
from tests.unit.memory_ground import Jam, JamStock, Kitchen, ShelfError


def assert_lost(kitchen: Kitchen, outcome: Outcome) -> None:
    assert outcome is Outcome.LOST
    assert kitchen.repairs == 1
    assert fates(kitchen) == [(7, Status.UNPUT, "")]
    assert kitchen.shelf.rows[7].version == 2


@pytest.mark.parametrize("error", [StoreError("timed out"), StoreBusyError("no connection")])
def test_a_put_that_the_store_did_not_take_is_lost_and_the_write_stands(
    kitchen: Kitchen, stock: JamStock, caplog: pytest.LogCaptureFixture, error: StoreError
) -> None:
    kitchen.store.error = error

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2)

    assert_lost(kitchen, write.outcome)
    said = {record.name for record in caplog.records} - {lease_return.__name__}
    assert said == set(), "an outage has thousands of them"


def test_a_database_that_can_not_be_read_after_the_commit_loses_the_put_and_is_logged(
    kitchen: Kitchen, stock: JamStock, caplog: pytest.LogCaptureFixture
) -> None:
    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2)
        kitchen.shelf.error = ShelfError("away")

    assert_lost(kitchen, write.outcome)
    assert kitchen.store.calls == []
    assert "what was written could not be read again for jam: away" in caplog.text


def test_a_failure_of_the_write_itself_is_raised_and_loses_nothing(kitchen: Kitchen, stock: JamStock) -> None:
    with pytest.raises(ShelfError), stock.writing(7) as write:
        raise ShelfError

    assert (write.outcome, kitchen.repairs) == (Outcome.PENDING, 0)


def test_behind_an_open_breaker_a_put_is_lost_without_asking(kitchen: Kitchen, stock: JamStock) -> None:
    kitchen.store.error = StoreError("timed out")
    for _ in range(5):
        stock.get(7)
    kitchen.store.error = None
    kitchen.forget_calls()

    with stock.writing(7) as write:
        kitchen.shelf.put(7, 2)

    assert_lost(kitchen, write.outcome)
    assert kitchen.store.calls == []


def test_in_a_request_that_the_cache_has_failed_before_a_put_is_lost_without_asking(
    kitchen: Kitchen, stock: JamStock
) -> None:
    with provenance.collected():
        kitchen.store.error = StoreError("timed out")
        stock.get(7)
        kitchen.store.error = None
        kitchen.forget_calls()
        with stock.writing(7) as write:
            kitchen.shelf.put(7, 2)

    assert_lost(kitchen, write.outcome)
    assert kitchen.store.calls == []


def test_a_database_that_never_said_its_id_loses_the_put(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kitchen, "database_id", None)

    with kitchen.stock().writing(7) as write:
        kitchen.shelf.put(7, 2)

    assert_lost(kitchen, write.outcome)


def test_a_put_goes_under_the_id_that_the_database_has_now(kitchen: Kitchen, stock: JamStock) -> None:
    stock.get(7)
    kitchen.database_id = "another"

    with stock.writing(7):
        kitchen.shelf.put(7, 2)

    assert version_of(kitchen.entry()) == 2


def test_a_row_that_is_gone_is_left_to_the_change_log_and_the_others_are_put(kitchen: Kitchen, stock: JamStock) -> None:
    with stock.writing(7, 8) as write:
        del kitchen.shelf.rows[7]
        kitchen.shelf.put(8, 2)

    assert (write.outcome, kitchen.repairs) == (Outcome.LOST, 1)
    assert fates(kitchen) == [(7, Status.UNPUT, "gone"), (8, Status.PUT, "")]
    assert stock.get(8).status is Status.HIT


def test_a_value_that_json_can_not_hold_ends_what_was_cached_and_is_loaded_by_every_reader(
    kitchen: Kitchen, stock: JamStock, caplog: pytest.LogCaptureFixture
) -> None:
    stock.get(7)
    kitchen.events.clear()

    with caplog.at_level(logging.ERROR), stock.writing(7, 8) as write:
        kitchen.shelf.rows[7] = Versioned(2, Jam("fig", grams=float("nan")))
        kitchen.shelf.put(8, 3)

    assert (write.outcome, kitchen.repairs) == (Outcome.PUT, 0)
    assert fates(kitchen) == [(7, Status.PUT, "not stored"), (8, Status.PUT, "")]
    assert "a row of jam can't be stored" in caplog.text
    entry = kitchen.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry)) == (2, TOMBSTONE)
    value = stock.get(7).value
    assert value is not None
    assert value.fruit == "fig"


def test_where_what_was_cached_of_such_a_value_can_not_be_ended_the_write_is_lost(
    kitchen: Kitchen, stock: JamStock
) -> None:
    kitchen.store.error = StoreError("timed out")

    with stock.writing(7) as write:
        kitchen.shelf.rows[7] = Versioned(2, Jam("fig", grams=float("nan")))

    assert_lost(kitchen, write.outcome)


def test_an_error_in_the_loader_itself_is_a_defect_and_is_raised(kitchen: Kitchen, stock: JamStock) -> None:
    with pytest.raises(ZeroDivisionError), stock.writing(7):
        kitchen.shelf.error = ZeroDivisionError()
