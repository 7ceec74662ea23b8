"""The numbers of calls, and for how long they are known: the part of shop/caching/buffer.py's contract that recorders
rely on; and the controls, without numbers, and with lanes that are forgotten at once."""

from collections.abc import Callable

from redis import Redis

from shop.caching.buffer import Applied, Batch, Buffer, Call
from shop.caching.clock import SystemClock
from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.redis_store import script_text
from tests.contracts.buffers import batches, counted
from tests.failures.web import until


def test_a_call_that_is_sent_again_counts_once(buffer: Buffer) -> None:
    call = Call("a", 1, {"7": 2}, dropped=1)

    assert [buffer.add(call) for _ in range(3)] == [Applied.ONCE, Applied.BEFORE, Applied.BEFORE]

    assert batches(buffer)["b"] == Batch("b", {"7": 2}, dropped=1)


def test_a_call_that_is_sent_again_counts_once_though_it_was_flushed_meanwhile(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 2}))
    buffer.take(batch_id="b", limit=1)
    buffer.forget("b")

    assert buffer.add(Call("a", 1, {"7": 2})) is Applied.BEFORE
    assert batches(buffer) == {}


def test_a_gap_in_the_numbers_says_that_the_server_has_forgotten(buffer: Buffer) -> None:
    assert buffer.add(Call("a", 3, {"7": 1})) is Applied.AFTER_LOSS
    assert buffer.add(Call("a", 4, {"7": 1})) is Applied.ONCE
    assert counted(buffer) == {"7": 2}


def test_lanes_that_send_nothing_are_forgotten_after_two_retirements(make_buffer: Callable[..., Buffer]) -> None:
    """And the control of the next test: a call in doubt is applied once more."""
    buffer = make_buffer(lane_kept_s=0)
    assert not buffer.retire_lanes(), "when they were retired last is not known"
    buffer.add(Call("idle", 1, {"7": 1}))
    buffer.add(Call("busy", 1, {"7": 1}))

    assert buffer.retire_lanes()
    assert buffer.add(Call("busy", 1, {"7": 1})) is Applied.BEFORE
    assert buffer.add(Call("busy", 2, {"7": 1})) is Applied.ONCE
    assert buffer.retire_lanes()

    assert buffer.add(Call("busy", 2, {"7": 1})) is Applied.BEFORE
    assert buffer.add(Call("idle", 1, {"7": 1})) is Applied.ONCE


def test_retirements_shortly_after_each_other_forget_no_lane(buffer: Buffer) -> None:
    """1. A call's answer is lost; 2. lanes are retired twice; 3. the call is sent again."""
    buffer.add(Call("a", 1, {"7": 1}))

    retired = [buffer.retire_lanes() for _ in range(3)]

    assert retired == [False] * 3
    assert buffer.add(Call("a", 1, {"7": 1})) is Applied.BEFORE
    assert buffer.add(Call("a", 2, {"7": 1})) is Applied.ONCE
    assert counted(buffer) == {"7": 2}


def test_retirements_hours_after_each_other_take_place(make_buffer: Callable[..., Buffer]) -> None:
    buffer = make_buffer(lane_kept_s=0.05)
    assert not buffer.retire_lanes()

    until(buffer.retire_lanes, within=5)
    assert not buffer.retire_lanes()


def test_a_clock_that_was_set_back_puts_a_retirement_off_and_no_more(
    redis: Redis, redis_buffer: Callable[..., RedisBuffer], buffer_keys: BufferKeys
) -> None:
    buffer = redis_buffer(lane_kept_s=0)
    redis.set(buffer_keys.lanes_retired, (int(SystemClock().now()) + 3600) * 1000)

    assert [buffer.retire_lanes(), buffer.retire_lanes()] == [False, True]


def test_without_numbers_an_increment_that_is_sent_again_counts_twice(
    redis_buffer: Callable[..., RedisBuffer],
) -> None:
    """The control of the numbers."""
    buffer = redis_buffer(lambda name: script_text(name).replace("if number <= last then", "if false then"))

    for _ in range(2):
        buffer.add(Call("a", 1, {"7": 1}))

    assert counted(buffer) == {"7": 2}
