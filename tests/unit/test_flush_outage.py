"""The database is away for half an hour: what comes meanwhile goes on merging, and few batches wait for its return."""

import contextlib

import pytest

from shop.caching.buffer import ENOUGH_BATCHES
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.write_behind import LONGEST_WAIT, MOST_BATCHES, UnavailableError
from tests.unit.flushed_books import Stage

FLUSHES = 900
EVERY_S = 2.0


@pytest.fixture
def stage() -> Stage:
    return Stage()


def outage(stage: Stage) -> None:
    """Of each two seconds one view of each of two products."""
    stage.books.is_away = True
    for _ in range(FLUSHES):
        for key in ("7", "8"):
            stage.views.record(key)
        with contextlib.suppress(UnavailableError):
            stage.flush()
        stage.clock.advance(EVERY_S)
    stage.books.is_away = False


def test_few_batches_wait_and_few_flushes_later_all_is_counted(stage: Stage) -> None:
    outage(stage)
    # Each beyond those that are enough came ten seconds later than the one before.
    assert ENOUGH_BATCHES < stage.views.held().batches < 30
    assert stage.views.held().at_risk == 2 * FLUSHES

    stage.clock.advance(LONGEST_WAIT)
    flushed = [stage.flush().batches for _ in range(4)]

    assert flushed[:2] == [MOST_BATCHES, MOST_BATCHES]
    assert stage.views.held().at_risk == 0
    assert stage.books.counts == {"7": FLUSHES, "8": FLUSHES}


def test_without_a_bound_there_is_a_batch_of_each_flush(stage: Stage) -> None:
    """The control."""
    stage.buffer = MemoryBuffer(clock=stage.clock, enough_batches=10**6)

    outage(stage)

    assert stage.views.held().batches == FLUSHES
