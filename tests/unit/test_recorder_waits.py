"""Who waits for a buffer that does not answer: the first to find out, and after that a thread alone."""

import threading

import pytest

from shop.caching import provenance
from shop.caching.buffer import Applied, Call
from shop.caching.clock import SystemClock
from shop.caching.recorder import Recorded, Recorder
from tests.failures.web import until
from tests.unit.flaky_buffer import FlakyBuffer

SOON_S = 5.0


def recorder_on(buffer: FlakyBuffer) -> Recorder:
    return Recorder(name="test", buffer=lambda: buffer, clock=SystemClock(), most_waiting=10)


def test_while_the_thread_finds_out_nobody_waits_with_it() -> None:
    asks, go_on = threading.Event(), threading.Event()

    class Hanging(FlakyBuffer):
        def add(self, call: Call) -> Applied:
            if threading.current_thread() is not threading.main_thread():
                asks.set()
                assert go_on.wait(SOON_S)
            return super().add(call)

    buffer = Hanging(clock=SystemClock())
    recorder = recorder_on(buffer)
    buffer.fail("away")
    recorder.record("7", 1)
    assert asks.wait(SOON_S)

    # It would hang here.
    assert recorder.record("7", 1) is Recorded.WAITING

    go_on.set()
    until(lambda: recorder.figures().waiting == 0, within=SOON_S)


def test_a_request_whose_cache_has_failed_before_leaves_the_buffer_alone() -> None:
    buffer = FlakyBuffer(clock=SystemClock())
    recorder = recorder_on(buffer)

    with provenance.collected() as scope:
        scope.cache_failed = True
        assert recorder.record("7", 1) is Recorded.WAITING
    assert buffer.held().pending == 0

    until(lambda: buffer.held().pending == 1, within=SOON_S)


def test_a_request_whose_buffer_has_failed_leaves_the_cache_alone() -> None:
    buffer = FlakyBuffer(clock=SystemClock())
    recorder = recorder_on(buffer)
    buffer.fail("away")

    with provenance.collected() as scope:
        recorder.record("7", 1)

    assert scope.cache_failed
    assert recorder.send()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_of_something_unforeseen_is_replaced() -> None:
    class Broken(FlakyBuffer):
        breaks = True

        def add(self, call: Call) -> Applied:
            if threading.current_thread() is not threading.main_thread() and self.breaks:
                self.breaks = False
                raise RuntimeError("unforeseen")
            return super().add(call)

    buffer = Broken(clock=SystemClock())
    recorder = recorder_on(buffer)
    buffer.fail("away")
    recorder.record("7", 1)
    until(lambda: not buffer.breaks, within=SOON_S)

    def is_sent() -> bool:
        recorder.record("7", 1)
        return buffer.held().pending > 0

    until(is_sent, within=SOON_S)
