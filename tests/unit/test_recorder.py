"""A process's own part in write-behind, on a buffer in memory that fails as it is told to."""

import os
import threading
from collections import Counter

import pytest

from shop.caching.buffer import Applied, Call
from shop.caching.clock import ManualClock, SystemClock
from shop.caching.recorder import Recorded, Recorder
from tests.failures.web import until
from tests.unit.flaky_buffer import FlakyBuffer

SOON_S = 5.0


@pytest.fixture
def buffer() -> FlakyBuffer:
    return FlakyBuffer(clock=SystemClock())


def recorder_on(buffer: FlakyBuffer, *, most_waiting: int = 100, linger: float = 0.0) -> Recorder:
    return Recorder(name="test", buffer=lambda: buffer, clock=SystemClock(), most_waiting=most_waiting, linger=linger)


def counted(buffer: FlakyBuffer) -> Counter[str]:
    sums: Counter[str] = Counter()
    for batch_id in buffer.take(batch_id=f"b{len(buffer.take(batch_id='none', limit=99))}", limit=99):
        batch = buffer.read(batch_id)
        assert batch is not None
        sums.update(batch.counts)
    return sums


def test_an_increment_is_in_the_buffer_when_record_returns(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)

    assert [recorder.record("7", 2), recorder.record("7", 1)] == [Recorded.DURABLE] * 2

    assert counted(buffer) == {"7": 3}
    assert recorder.figures() == (3, 0, 0, 0)


def test_a_lost_answer_is_asked_again_and_counts_once(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)
    buffer.fail("lost")

    assert recorder.record("7", 1) is Recorded.WAITING
    assert recorder.figures().waiting == 1
    assert recorder.send()

    assert counted(buffer) == {"7": 1}
    assert recorder.figures() == (1, 0, 0, 0)


def test_what_is_in_doubt_stays_the_same_call_while_others_wait_behind_it(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)
    buffer.fail("lost", "lost", "away")
    recorder.record("7", 1)
    recorder.record("7", 10)
    recorder.record("8", 100)

    until(recorder.send, within=SOON_S)

    assert counted(buffer) == {"7": 11, "8": 100}


def test_increments_wait_while_the_buffer_is_away_and_are_sent_by_themselves(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)
    buffer.fail("away")

    assert recorder.record("7", 1) is Recorded.WAITING
    assert recorder.record("8", 1) is Recorded.WAITING, "nobody asks again at once"

    until(lambda: recorder.figures().waiting == 0, within=SOON_S)
    assert counted(buffer) == {"7": 1, "8": 1}


def test_what_has_no_room_to_wait_is_dropped_counted_and_told(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer, most_waiting=2)
    # The first call takes "7" out of what waits.
    buffer.fail(*["away"] * 3)
    recorder.record("7", 1)
    results = [recorder.record(key, 1) for key in ("8", "9", "10", "8", "11")]

    waiting, dropped = Recorded.WAITING, Recorded.DROPPED
    assert results == [waiting, waiting, dropped, waiting, dropped]
    assert recorder.figures()[:3] == (6, 4, 2)
    until(lambda: recorder.figures().waiting == 0, within=SOON_S)
    batch = buffer.read(*buffer.take(batch_id="b", limit=1))
    assert batch is not None
    assert (batch.counts, batch.dropped) == ({"7": 1, "8": 2, "9": 1}, 2)


def test_those_who_come_while_a_call_is_under_way_are_merged_into_the_next() -> None:
    """1. A sends; 2. B, C and D record; 3. A's answer comes. Step 2 makes one call."""
    calls: list[Call] = []
    begun, go_on = threading.Event(), threading.Event()

    class Slow(FlakyBuffer):
        def add(self, call: Call) -> Applied:
            calls.append(call)
            begun.set()
            assert go_on.wait(SOON_S)
            return super().add(call)

    buffer = Slow(clock=SystemClock())
    recorder = recorder_on(buffer)
    results: list[Recorded] = []

    def record(key: str) -> None:
        results.append(recorder.record(key, 1))

    threads = [threading.Thread(target=record, args=(key,)) for key in ("a", "b", "c", "d")]
    threads[0].start()
    assert begun.wait(SOON_S)
    for thread in threads[1:]:
        thread.start()
    until(lambda: recorder.figures().waiting == 4, within=SOON_S)
    go_on.set()
    for thread in threads:
        thread.join()

    assert results == [Recorded.DURABLE] * 4
    assert [(call.number, set(call.counts)) for call in calls] == [(1, {"a"}), (2, {"b", "c", "d"})]


def test_nobody_waits_for_the_buffer_where_increments_linger(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer, linger=0.02)

    assert {recorder.record("7", 1) for _ in range(50)} == {Recorded.WAITING}

    until(lambda: recorder.figures().waiting == 0, within=SOON_S)
    assert counted(buffer) == {"7": 50}


def test_a_buffer_that_has_gone_back_in_time_is_noticed(buffer: FlakyBuffer) -> None:
    buffers = [FlakyBuffer(clock=SystemClock()), buffer]
    recorder = Recorder(name="test", buffer=lambda: buffers[0], clock=SystemClock(), most_waiting=10)
    recorder.record("7", 1)
    # As after a restart without a file.
    del buffers[0]

    assert recorder.record("7", 1) is Recorded.DURABLE

    assert recorder.figures().losses == 1


def test_many_threads_on_a_failing_buffer_lose_and_double_nothing(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)
    buffer.fail(*["", "lost", "away", "", "lost"] * 4)

    def record() -> None:
        for number in range(200):
            recorder.record(str(number % 5), 1)

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(recorder.send, within=SOON_S)

    assert counted(buffer) == {str(key): 320 for key in range(5)}


def test_a_forked_child_begins_with_nothing_and_numbers_of_its_own(buffer: FlakyBuffer) -> None:
    recorder = recorder_on(buffer)
    recorder.record("7", 1)
    buffer.fail("away")
    recorder.record("7", 1)

    child = os.fork()
    if child == 0:
        is_fresh = recorder.figures() == (0, 0, 0, 0) and recorder.record("9", 1) is Recorded.DURABLE
        os._exit(0 if is_fresh else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert recorder.figures().recorded == 2


@pytest.mark.parametrize("answers", [True, False])
def test_at_its_end_a_process_sends_what_waits_or_says_what_it_lost(
    buffer: FlakyBuffer, caplog: pytest.LogCaptureFixture, answers: bool
) -> None:
    clock = ManualClock()
    recorder = Recorder(name="test", buffer=lambda: buffer, clock=clock, most_waiting=10)
    buffer.fail(*["away"] * (1 if answers else 1000))
    recorder.record("7", 3)

    recorder.close()

    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert told == ([] if answers else ["test: 3 increments of this process are lost"])
