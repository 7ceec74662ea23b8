"""The flush of write-behind, on a buffer and a database in memory."""

from collections import Counter

import pytest

from shop.caching.buffer import Batch
from shop.caching.clock import ManualClock
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.write_behind import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_TRIES,
    Flushed,
    Point,
    RefusedError,
    UnavailableError,
    WriteBehind,
)


class Books:
    """A database with a ledger: `refuse` and `away` say how it fails."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.ledger: set[str] = set()
        self.buried: dict[str, tuple[Batch, str]] = {}
        self.refuses: set[str] = set()
        self.is_away = False

    def persist(self, batch: Batch) -> bool:
        if self.is_away:
            raise UnavailableError("away")
        if self.refuses & set(batch.counts):
            raise RefusedError("not a counter")
        if batch.batch_id in self.ledger:
            return False
        self.ledger.add(batch.batch_id)
        self.counts.update(batch.counts)
        return True

    def bury(self, batch: Batch, reason: str) -> None:
        if self.is_away:
            raise UnavailableError("away")
        self.buried[batch.batch_id] = (batch, reason)


class Stage:
    def __init__(self) -> None:
        self.clock, self.books = ManualClock(), Books()
        self.buffer = MemoryBuffer(clock=self.clock)
        self.points: list[Point] = []
        self.views = WriteBehind("views", buffer=lambda: self.buffer, clock=self.clock, reached=self.reached)
        self.dies_at: Point | None = None

    def reached(self, point: Point) -> None:
        self.points.append(point)
        if point is self.dies_at:
            self.dies_at = None
            raise SystemExit

    def flush(self) -> Flushed:
        return self.views.flush(persist=self.books.persist, bury=self.books.bury)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_flush_persists_what_is_pending_and_then_deletes_it(stage: Stage) -> None:
    stage.views.record("7", 2)
    stage.views.record("8")

    assert stage.flush() == Flushed(batches=1, counters=2, increments=3)

    assert stage.books.counts == {"7": 2, "8": 1}
    assert stage.views.held() == (0, 0, 0)
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
    assert waits == [*(min(FIRST_WAIT * 2**each, LONGEST_WAIT) for each in range(MOST_TRIES - 1)), 0]
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
    while stage.views.held().at_risk:
        stage.flush()

    assert stage.books.counts == {"7": 2 * MOST_TRIES}
    assert stage.books.buried == {}


def test_a_refused_batch_that_cannot_be_buried_stays(stage: Stage) -> None:
    stage.books.refuses = {"bad"}
    stage.views.record("bad")
    for _ in range(MOST_TRIES - 1):
        stage.flush()
        stage.clock.advance(LONGEST_WAIT)
    stage.books.bury = lambda batch, reason: (_ for _ in ()).throw(UnavailableError("away"))  # type: ignore[method-assign]

    with pytest.raises(UnavailableError):
        stage.flush()

    assert stage.views.held().at_risk == 1
