"""What a process heard of changes is written down, whatever fails beside it and whenever it comes."""

import os
from collections.abc import Sequence

import pytest
from django.db import OperationalError

from shop.caching.clock import ManualClock
from shop.events import tiers
from shop.events.models import Trace
from shop.events.tiers import DropReporter
from shop.events.tracing import trace_dropped
from tests.failures.web import until
from tests.integration.change_traces import COMMITTED_MS, traced

pytestmark = pytest.mark.django_db(transaction=True)

SOON_S = 10.0
IDLE_S = 0.1


@pytest.fixture(autouse=True)
def soon_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "IDLE_S", IDLE_S)
    for change_id in (1, 2, 3):
        traced(change_id)


def ended(reporter: DropReporter) -> None:
    until(lambda: reporter._thread is None or not reporter._thread.is_alive(), within=SOON_S)


def told_of() -> list[int]:
    return list(Trace.objects.filter(processes=1).order_by("change_id").values_list("change_id", flat=True))


def test_what_is_heard_is_written_down_and_the_thread_ends_until_more_comes() -> None:
    reporter = DropReporter(clock=ManualClock(start=COMMITTED_MS / 1000))

    reporter("1,2,x,")
    ended(reporter)
    first = told_of()
    reporter("3")
    ended(reporter)

    assert (first, told_of()) == ([1, 2], [1, 2, 3])


def test_one_failure_loses_nothing_of_what_was_heard_at_other_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked_out(change_ids: Sequence[int], *, at_ms: int) -> None:
        if change_ids == [1]:
            raise OperationalError("deadlock detected")
        trace_dropped(change_ids, at_ms=at_ms)

    monkeypatch.setattr(tiers, "trace_dropped", locked_out)
    reporter = DropReporter(clock=ManualClock(start=COMMITTED_MS / 1000))
    for change_id in (1, 2):
        reporter._heard.put((change_id, COMMITTED_MS + change_id))

    reporter("3")
    ended(reporter)

    assert told_of() == [2, 3]


class HearsWhileItEnds(DropReporter):
    """2 comes when its thread has found that nothing comes, and is alive."""

    def _next(self) -> dict[int, list[int]]:
        heard = super()._next()
        if not heard and told_of() != [1, 2]:
            self("2")
        return heard


class LooksOnce(HearsWhileItEnds):
    """For the control: it ends by what it has found before."""

    def _ended(self) -> bool:
        return True


@pytest.mark.parametrize("kind", [HearsWhileItEnds, LooksOnce], ids=["looks again", "control: does not look again"])
def test_a_number_that_comes_while_the_thread_ends_does_not_wait_for_the_next(kind: type[DropReporter]) -> None:
    reporter = kind(clock=ManualClock(start=COMMITTED_MS / 1000))

    reporter("1")
    ended(reporter)

    assert told_of() == ([1, 2] if kind is HearsWhileItEnds else [1])


def test_a_forked_child_waits_for_nobody_of_its_parent() -> None:
    reporter = DropReporter()
    reporter._heard.put((1, COMMITTED_MS))
    with reporter._lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if reporter._lock.acquire(timeout=1) and reporter._heard.empty() else 1)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert not reporter._heard.empty()
