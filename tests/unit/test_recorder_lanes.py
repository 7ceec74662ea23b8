"""A recorder leaves a lane that it has not used for hours: the buffer may have forgotten it."""

from collections import Counter

import pytest

from shop.caching.buffer import LANE_KEPT_S
from shop.caching.clock import ManualClock, SystemClock
from shop.caching.recorder import LANE_USED_S, Recorded, Recorder
from tests.unit.flaky_buffer import FlakyBuffer


@pytest.fixture
def buffer() -> FlakyBuffer:
    """It retires lanes whenever it is asked to."""
    made = FlakyBuffer(clock=SystemClock(), lane_kept_s=0)
    made.retire_lanes()
    return made


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def recorder(buffer: FlakyBuffer, clock: ManualClock) -> Recorder:
    return Recorder(name="test", buffer=lambda: buffer, clock=clock, most_waiting=10)


def counted(buffer: FlakyBuffer) -> Counter[str]:
    (batch_id,) = buffer.take(batch_id="b", limit=1)
    batch = buffer.read(batch_id)
    assert batch is not None
    return Counter(batch.counts)


def forget_lanes(buffer: FlakyBuffer) -> None:
    for _ in range(2):
        assert buffer.retire_lanes()


def test_a_process_that_was_quiet_for_hours_raises_no_alarm(
    buffer: FlakyBuffer, clock: ManualClock, recorder: Recorder
) -> None:
    recorder.record("7", 1)
    clock.advance(LANE_USED_S)
    forget_lanes(buffer)

    assert recorder.record("7", 1) is Recorded.DURABLE

    assert recorder.figures().losses == 0
    assert counted(buffer) == {"7": 2}


def test_in_a_lane_that_was_forgotten_it_would_raise_one(
    buffer: FlakyBuffer, clock: ManualClock, recorder: Recorder
) -> None:
    """The control; and why the buffer remembers lanes for longer than they are used."""
    assert LANE_USED_S < LANE_KEPT_S
    recorder.record("7", 1)
    clock.advance(LANE_USED_S - 1)
    forget_lanes(buffer)

    recorder.record("7", 1)

    assert recorder.figures().losses == 1


def test_a_call_in_doubt_keeps_its_lane_however_old_it_is(
    buffer: FlakyBuffer, clock: ManualClock, recorder: Recorder
) -> None:
    buffer.fail("lost")
    assert recorder.record("7", 1) is Recorded.WAITING
    clock.advance(2 * LANE_USED_S)

    assert recorder.send()

    assert counted(buffer) == {"7": 1}
    assert recorder.figures().losses == 0


def test_a_buffer_that_has_gone_back_in_time_is_noticed_in_the_lane_that_follows(
    buffer: FlakyBuffer, clock: ManualClock, recorder: Recorder
) -> None:
    recorder.record("7", 1)
    clock.advance(LANE_USED_S)
    recorder.record("7", 1)
    forget_lanes(buffer)

    recorder.record("7", 1)

    assert recorder.figures().losses == 1
