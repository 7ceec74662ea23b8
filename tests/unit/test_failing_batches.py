"""Batches that the database refuses, or can't take now: they wait, the others go on, and nothing is lost."""

import contextlib

import pytest

from shop.caching import write_behind
from shop.caching.write_behind import FIRST_WAIT, LONGEST_WAIT, MOST_TRIES, Flushed, UnavailableError
from tests.unit.flushed_books import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_refused_batch_waits_longer_each_time_and_is_buried_with_its_reason(stage: Stage) -> None:
    stage.books.refuses = {"bad"}
    stage.views.record("bad", 3)
    waits: list[float] = []
    while not stage.books.buried:
        assert stage.flush() in (Flushed(failed=1), Flushed(buried=1))
        began = stage.clock.monotonic()
        while not stage.buffer.take(batch_id="none", limit=1) and not stage.books.buried:
            stage.clock.advance(1)
        waits.append(stage.clock.monotonic() - began)

    ((batch, reason),) = stage.books.buried.values()
    assert (batch.counts, batch.tries, reason) == ({"bad": 3}, MOST_TRIES, "not a counter")
    assert waits == [1, 2, 4, 8, 16, 30, 30, 0]
    assert stage.views.held().at_risk == 0


def test_a_refused_batch_holds_nobody_else_up(stage: Stage) -> None:
    stage.books.refuses = {"bad"}
    stage.views.record("bad")
    stage.flush()
    stage.views.record("7")

    assert stage.flush() == Flushed(batches=1, counters=1, increments=1)


def test_while_the_database_is_away_nothing_is_buried_and_nothing_lost(stage: Stage) -> None:
    stage.books.is_away = True
    for _ in range(2 * MOST_TRIES):
        stage.views.record("7")
        with pytest.raises(UnavailableError):
            stage.flush()
        stage.clock.advance(LONGEST_WAIT)

    stage.books.is_away = False
    stage.clock.advance(LONGEST_WAIT)
    while stage.views.held().at_risk:
        stage.flush()

    assert stage.books.counts == {"7": 2 * MOST_TRIES}
    assert stage.books.buried == {}


def test_a_database_that_is_away_is_asked_for_two_batches_and_for_no_more(stage: Stage) -> None:
    stage.take(*"abcdef")
    stage.books.is_away = True

    with pytest.raises(UnavailableError):
        stage.flush()

    assert stage.books.asked == 2
    stage.books.is_away = False
    stage.clock.advance(FIRST_WAIT)
    assert stage.flush().batches == 6


def test_a_batch_that_the_database_never_has_time_for_holds_nobody_else_up_and_is_not_buried(stage: Stage) -> None:
    stage.books.is_too_slow_for = {"slow", "slower"}
    stage.take("slow", "a", "slower", "b")

    with pytest.raises(UnavailableError, match="canceled"):
        stage.flush()

    assert stage.books.counts == {"a": 1, "b": 1}
    for _ in range(2 * MOST_TRIES):
        stage.clock.advance(LONGEST_WAIT)
        stage.views.record("later")
        for _ in range(2):
            with contextlib.suppress(UnavailableError):
                stage.flush()
    assert stage.books.counts == {"a": 1, "b": 1, "later": 2 * MOST_TRIES}
    assert stage.views.held().at_risk == stage.views.held().batches == 2
    assert stage.books.buried == {}


def test_a_flush_that_ends_at_the_first_of_them_and_lets_it_come_first_again_counts_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(write_behind, "MOST_AWAY", 1)
    monkeypatch.setattr(stage.buffer, "postpone", lambda batch_id, seconds: None)
    stage.books.is_too_slow_for = {"slow"}
    stage.take("slow", "a")

    for _ in range(MOST_TRIES):
        with pytest.raises(UnavailableError):
            stage.flush()

    assert stage.books.counts == {}


def test_a_batch_that_was_tried_for_days_waits_no_longer_than_others(stage: Stage) -> None:
    stage.books.is_away = True
    stage.take("7")
    for _ in range(2000):
        stage.buffer.postpone("batch of 7", seconds=0)

    with pytest.raises(UnavailableError):
        stage.flush()

    stage.books.is_away = False
    stage.clock.advance(LONGEST_WAIT)
    assert stage.flush().batches == 1


def test_a_refused_batch_that_cannot_be_buried_stays_and_holds_nobody_else_up(stage: Stage) -> None:
    stage.books.refuses = {"bad"}
    stage.views.record("bad")
    for _ in range(MOST_TRIES - 1):
        stage.flush()
        stage.clock.advance(LONGEST_WAIT)
    stage.books.bury = lambda batch, reason: (_ for _ in ()).throw(UnavailableError("no such text"))  # type: ignore[method-assign]
    stage.take("7")

    with pytest.raises(UnavailableError, match="no such text"):
        stage.flush()

    assert stage.books.counts == {"7": 1}
    assert stage.views.held().at_risk == 1
    stage.views.record("8")
    assert stage.flush() == Flushed(batches=1, counters=1, increments=1), "the other one waits"
