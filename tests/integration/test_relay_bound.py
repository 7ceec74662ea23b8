"""How much a relay publishes again is bounded, and what nobody can finish holds up nothing else."""

from time import monotonic

import pytest

from shop.events import backlog, relay
from shop.events.backlog import FIRST_PAUSE_S, LONGEST_PAUSE_S, Claimed, claim, claim_new, finish, on_the_way
from tests.goods import Goods
from tests.integration.cached_prices import write
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import Stream, last_change, log_rows, make_due, unfinished

pytestmark = pytest.mark.usefixtures("goods", "empty_log")

FINISHED_ROWS = 50_000
STUCK_ROWS = 20_000
BOUND = 30
# Longer than any test takes.
LONG_S = 60.0


@pytest.fixture(autouse=True)
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "ROWS_PER_CLAIM", 10)
    monkeypatch.setattr(relay, "MOST_ON_THE_WAY", BOUND)


def rows_were_published(count: int) -> None:
    """So many that nobody has finished, whose pauses are over."""
    log_rows(count)
    run_sql("UPDATE events_change SET published = 5")
    make_due()


def published_again(stream: Stream) -> int:
    """How many of what was published a second time."""
    ids = [event.id for event in stream.events()]
    return len(ids) - len(set(ids))


def test_what_is_new_is_published_once_however_much_waits_for_a_consumer(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "FIRST_PAUSE_S", LONG_S)
    monkeypatch.setattr(backlog, "LONGEST_PAUSE_S", LONG_S)
    log_rows(100)
    working = stream.relay()

    for _ in range(20):
        working.step()

    assert len(stream.events()) == 100
    assert published_again(stream) == 0


def test_what_is_published_again_is_bounded_while_nobody_finishes_anything(stream: Stream) -> None:
    rows_were_published(100)
    working = stream.relay()

    for _ in range(20):
        working.step()
    held = on_the_way(most=1000)
    finish([event.id for event in stream.events()])
    for _ in range(4):
        working.step()

    assert held == BOUND
    assert on_the_way(most=1000) == BOUND, "it goes on when some are finished"


def none_new(*, most: int) -> list[Claimed]:
    return []


@pytest.mark.parametrize("new_ones", [True, False], ids=["new rows are claimed", "control: nothing is claimed"])
def test_rows_that_nobody_can_finish_hold_up_no_change(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, new_ones: bool
) -> None:
    """1. A burst of a later release's events; 2. nobody finishes them; 3. as many as the bound are on their way."""
    if not new_ones:
        monkeypatch.setattr(relay, "claim_new", none_new)
    rows_were_published(100)
    working = stream.relay()
    for _ in range(10):
        working.step()

    write(goods.id, "7.77")
    working.step()

    published = {event.id for event in stream.events()}
    assert len(published) == BOUND + new_ones
    assert (last_change().pk in published) is new_ones
    assert len(unfinished()) == 101


def plan_of(statement: str) -> str:
    lines = run_sql("EXPLAIN " + statement, 500, FIRST_PAUSE_S, LONGEST_PAUSE_S)
    return "\n".join(line for (line,) in lines)


def test_claims_are_by_index_however_many_rows_are_finished() -> None:
    log_rows(FINISHED_ROWS, finished=True)
    log_rows(10)
    run_sql("ANALYZE events_change")
    plan = plan_of(backlog._CLAIM)

    started = monotonic()
    claimed = claim(most=500)

    assert "change_unfinished" in plan
    assert "Seq Scan on events_change" not in plan
    assert len(claimed) == 10
    assert monotonic() - started < 4


def test_new_rows_are_found_by_index_however_many_are_due_again() -> None:
    rows_were_published(STUCK_ROWS)
    log_rows(10)
    run_sql("ANALYZE events_change")
    plan = plan_of(backlog._CLAIM_NEW)

    claimed = claim_new(most=500)

    assert "change_unpublished" in plan
    assert "Seq Scan on events_change" not in plan
    assert len(claimed) == 10
    assert claim_new(most=500) == []
