"""The end of a process, and of a child of multiprocessing, as granian's workers are: what waits is sent, or told."""

import multiprocessing
import os
import secrets
import threading

import pytest

from shop.caching.buffer import Applied, Call
from shop.caching.clock import SystemClock
from shop.caching.recorder import Recorded, Recorder
from tests.unit.flaky_buffer import FlakyBuffer

SOON_S = 10.0


class Telling(FlakyBuffer):
    """Writes what it takes to a pipe, for another process to read."""

    def __init__(self) -> None:
        super().__init__(clock=SystemClock())
        self.told, self._teller = os.pipe()

    def add(self, call: Call) -> Applied:
        applied = super().add(call)
        os.write(self._teller, b"".join(f"{key}={count} ".encode() for key, count in call.counts.items()))
        return applied

    def close(self) -> None:
        os.close(self._teller)


def recorder_on(buffer: FlakyBuffer, name: str = "test") -> Recorder:
    return Recorder(name=name, buffer=lambda: buffer, clock=SystemClock(), most_waiting=10)


def test_a_child_of_multiprocessing_sends_what_waits_at_its_end() -> None:
    """The recorder was made before the fork, as by a server that loads the application first."""
    buffer = Telling()
    recorder = recorder_on(buffer)

    def work() -> None:
        buffer.fail("away")
        os._exit(1) if recorder.record("7", 3) is not Recorded.WAITING else None

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(SOON_S)
    buffer.close()

    assert child.exitcode == 0
    with os.fdopen(buffer.told, "rb") as told:
        assert told.read() == b"7=3 "


@pytest.mark.parametrize("failures", [1, 1000])
def test_a_process_that_ends_starts_no_thread(failures: int, caplog: pytest.LogCaptureFixture) -> None:
    """1. The sender finds out that all is over, and ends; 2. `close` tries, and fails. From Python 3.12 on no thread
    can begin then, and trying to raises."""
    buffer = FlakyBuffer(clock=SystemClock())
    name = secrets.token_hex(4)
    recorder = recorder_on(buffer, name)

    def senders() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == f"{name}-sender"]

    buffer.fail(*["away"] * failures)
    recorder.record("7", 3)
    (sender,) = senders()

    recorder.close()
    recorder.close()

    sender.join(SOON_S)
    assert senders() == []
    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert told == ([] if failures == 1 else [f"{name}: 3 increments of this process are lost"])
