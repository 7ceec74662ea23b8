"""How large batches become, how many there are, and when they are handed out: the part of shop/caching/buffer.py's
contract that flushes rely on; and the controls, without a bound of batches, and with one that holds for ever."""

from collections import Counter
from collections.abc import Callable
from time import monotonic

import pytest

from shop.caching.buffer import Batch, Buffer, Call, Held
from shop.caching.clock import ManualClock
from shop.caching.memory_buffer import MemoryBuffer
from tests.contracts.buffers import FULL_AT, batches, counted
from tests.failures.web import until

ENOUGH = 3
SOON_S = 10


def test_a_full_buffer_becomes_a_batch_by_itself(buffer: Buffer) -> None:
    for number in range(1, 2 * FULL_AT + 2):
        buffer.add(Call("a", number, {str(number): 1}))

    sizes = [len(batch.counts) for batch in batches(buffer).values()]

    assert sorted(sizes) == [1, FULL_AT, FULL_AT]


def test_no_batch_is_larger_than_it_may_be_whatever_the_calls(buffer: Buffer) -> None:
    """A call as large as a batch finds one in which a counter is missing."""
    buffer.add(Call("a", 1, {str(key): 1 for key in range(FULL_AT - 1)}))
    buffer.add(Call("a", 2, {str(key): 1 for key in range(10, 10 + FULL_AT)}))

    sizes = [len(batch.counts) for batch in batches(buffer).values()]

    assert sorted(sizes) == [FULL_AT - 1, FULL_AT]


def outage(buffer: Buffer, *, flushes: int) -> Counter[str]:
    """Each flush finds two increments more, takes what is due, and postpones it: the database is away."""
    for number in range(1, flushes + 1):
        buffer.add(Call("a", number, {"7": 1, "8": 1}))
        for batch_id in buffer.take(batch_id=f"b{number}", limit=2):
            buffer.postpone(batch_id, seconds=0.01)
    return Counter({"7": flushes, "8": flushes})


def test_a_long_outage_of_the_database_leaves_few_batches(make_buffer: Callable[..., Buffer]) -> None:
    buffer = make_buffer(enough_batches=ENOUGH, put_off_s=3600.0)

    sums = outage(buffer, flushes=60)

    assert buffer.held() == Held(sums.total() - 2 * ENOUGH, ENOUGH, sums.total())
    found: Counter[str] = Counter()

    def is_flushed() -> bool:
        found.update(counted(buffer))
        return buffer.held() == Held(0, 0, 0)

    until(is_flushed, within=SOON_S)
    assert found == sums


@pytest.mark.parametrize(
    ("put_off_s", "goes_on"), [(0.05, True), (3600.0, False)], ids=["put off", "control: for ever"]
)
def test_batches_that_never_go_away_put_what_follows_off_for_a_while(
    make_buffer: Callable[..., Buffer], put_off_s: float, goes_on: bool
) -> None:
    buffer = make_buffer(enough_batches=1, put_off_s=put_off_s)
    buffer.add(Call("a", 1, {"bad": 1}))
    buffer.take(batch_id="bad", limit=1)
    buffer.postpone("bad", seconds=3600)
    began = monotonic()

    def is_counted() -> bool:
        return counted(buffer) == {"7": 1}

    buffer.add(Call("a", 2, {"7": 1}))
    if goes_on:
        assert until(is_counted, within=SOON_S) > 0
    else:
        until(lambda: monotonic() - began > 0.3, within=SOON_S)
        assert not is_counted()


def test_without_a_bound_each_flush_of_an_outage_leaves_a_batch(make_buffer: Callable[..., Buffer]) -> None:
    """The control."""
    buffer = make_buffer(enough_batches=10**6)

    sums = outage(buffer, flushes=60)

    assert buffer.held() == Held(0, 60, sums.total())


def test_few_are_handed_out_at_a_time_the_oldest_first(buffer: Buffer) -> None:
    for name in ("first", "second", "third"):
        buffer.add(Call(name, 1, {"7": 1}))
        buffer.take(batch_id=name, limit=1)

    assert buffer.take(batch_id="none", limit=1) == ["first"]
    assert set(buffer.take(batch_id="none", limit=5)) == {"first", "second", "third"}


def test_a_postponed_batch_waits_its_time_and_counts_its_tries(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 1}))
    buffer.take(batch_id="b", limit=1)

    buffer.postpone("b", seconds=1)

    assert buffer.take(batch_id="c", limit=1) == []
    until(lambda: buffer.take(batch_id="c", limit=1) == ["b"], within=SOON_S)
    assert buffer.read("b") == Batch("b", {"7": 1}, tries=1)


def test_postponing_what_is_done_brings_nothing_back(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 1}))
    buffer.take(batch_id="b", limit=1)
    buffer.forget("b")

    buffer.postpone("b", seconds=0)

    assert batches(buffer) == {}


def test_the_memory_buffer_postpones_by_its_clock() -> None:
    clock = ManualClock()
    buffer = MemoryBuffer(clock=clock)
    buffer.add(Call("a", 1, {"7": 1}))
    buffer.take(batch_id="b", limit=1)
    buffer.postpone("b", seconds=60)

    clock.advance(59)
    assert buffer.take(batch_id="c", limit=1) == []
    clock.advance(1)
    assert buffer.take(batch_id="c", limit=1) == ["b"]
