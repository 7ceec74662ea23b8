"""The repair replays until all is taken, in one thread at most, and outlives an exception of its replay."""

import threading

import pytest
from django.db import OperationalError

from shop.caching.clock import ManualClock
from shop.events.repair import Repair
from tests.failures.web import until

SOON_S = 5.0
PACE_S = 0.5

pytestmark = pytest.mark.usefixtures("own_caches")


class Replays:
    """Stands for the log: each replay does what is next in the list, the last again and again."""

    def __init__(self, *outcomes: bool | Exception) -> None:
        self._outcomes = list(outcomes)
        self.count = 0

    def __call__(self) -> bool:
        self.count += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def run_to_the_end(repair: Repair) -> None:
    repair.ask()
    until(lambda: not repair.pending, within=SOON_S)


def test_a_repair_is_over_when_the_caches_have_taken_all_of_the_log() -> None:
    replays = Replays(True)

    run_to_the_end(Repair(replay=replays))

    assert replays.count == 1


def test_a_repair_tries_again_at_its_pace_until_the_caches_have_taken_it() -> None:
    replays, clock = Replays(False, False, False, True), ManualClock()
    started = clock.monotonic()

    run_to_the_end(Repair(replay=replays, clock=clock, pace=PACE_S))

    assert replays.count == 4
    assert clock.monotonic() - started == 3 * PACE_S


def test_a_database_that_does_not_answer_is_asked_again() -> None:
    replays = Replays(OperationalError("no server"), True)

    run_to_the_end(Repair(replay=replays, clock=ManualClock()))

    assert replays.count == 2


def test_a_repair_that_is_asked_for_during_another_is_done_after_it_by_the_same_thread() -> None:
    first_begun, go_on = threading.Event(), threading.Event()
    threads: list[int] = []

    def replay() -> bool:
        threads.append(threading.get_ident())
        first_begun.set()
        return go_on.wait(SOON_S)

    repair = Repair(replay=replay)
    repair.ask()
    assert first_begun.wait(SOON_S)
    for _ in range(3):
        repair.ask()
    pending = repair.pending
    go_on.set()
    until(lambda: not repair.pending, within=SOON_S)

    assert pending
    assert len(threads) == 2
    assert len(set(threads)) == 1


def test_an_exception_of_the_replay_is_reported_and_the_next_repair_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    replays = Replays(LookupError("a defect"), True)
    repair = Repair(replay=replays)
    repair.ask()
    until(lambda: bool(reported), within=SOON_S)
    after_the_first = replays.count

    run_to_the_end(repair)

    assert [report.exc_type for report in reported] == [LookupError]
    assert (after_the_first, replays.count) == (1, 2)
