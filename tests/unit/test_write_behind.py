"""The flush of write-behind, on a buffer and a database in memory."""

import pytest

from shop.caching.write_behind import Flushed, Point
from tests.unit.flushed_books import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_flush_persists_what_is_pending_and_then_deletes_it(stage: Stage) -> None:
    stage.views.record("7", 2)
    stage.views.record("8")

    assert stage.flush() == Flushed(batches=1, counters=2, increments=3)

    assert stage.books.counts == {"7": 2, "8": 1}
    assert stage.views.held().at_risk == stage.views.held().batches == 0
    assert stage.points == list(Point)
    assert stage.flush() == Flushed()


@pytest.mark.parametrize("point", Point)
def test_a_flusher_that_dies_at_any_point_neither_loses_nor_doubles(stage: Stage, point: Point) -> None:
    stage.views.record("7", 5)
    stage.dies_at = point
    with pytest.raises(SystemExit):
        stage.flush()

    stage.flush()

    assert stage.books.counts == {"7": 5}
    assert stage.views.held().at_risk == 0
