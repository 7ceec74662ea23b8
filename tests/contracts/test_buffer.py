"""What shop/caching/buffer.py promises, kept by every buffer; and the controls: without the numbers, without a bound of
batches, and with lanes that are forgotten at once."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic

import pytest
from redis import Redis

from shop.caching.buffer import Applied, Batch, Buffer, Call, Held
from shop.caching.clock import ManualClock, SystemClock
from shop.caching.keys import BufferKeys
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.redis_store import script_text
from tests.failures.web import until

FULL_AT = 4
ENOUGH = 3


@pytest.fixture
def keys() -> BufferKeys:
    return BufferKeys(f"test-{secrets.token_hex(4)}:{{views}}")


@pytest.fixture
def redis_buffer(redis: Redis, keys: BufferKeys) -> Iterator[Callable[..., RedisBuffer]]:
    def make(text_of: Callable[[str], str] = script_text, **bounds: float) -> RedisBuffer:
        return RedisBuffer(client=redis, keys=keys, most_counters=FULL_AT, text_of=text_of, **bounds)  # type: ignore[arg-type]

    yield make
    for key in redis.scan_iter(f"{keys.pending.split(':')[0]}:*"):
        redis.delete(key)


@pytest.fixture(params=["memory", "redis"])
def make_buffer(request: pytest.FixtureRequest) -> Callable[..., Buffer]:
    if request.param == "memory":
        return partial(MemoryBuffer, clock=SystemClock(), most_counters=FULL_AT)
    made: Callable[..., Buffer] = request.getfixturevalue("redis_buffer")
    return made


@pytest.fixture
def buffer(make_buffer: Callable[..., Buffer]) -> Buffer:
    return make_buffer()


def batches(buffer: Buffer, batch_id: str = "b") -> dict[str, Batch]:
    found = {one: buffer.read(one) for one in buffer.take(batch_id=batch_id, limit=100)}
    return {name: batch for name, batch in found.items() if batch is not None}


def counted(buffer: Buffer) -> Counter[str]:
    """All that is due; it is gone then."""
    sums: Counter[str] = Counter()
    while found := batches(buffer, secrets.token_hex(4)):
        for name, batch in found.items():
            sums.update(batch.counts)
            buffer.forget(name)
    return sums


def test_an_empty_buffer_hands_out_nothing(buffer: Buffer) -> None:
    assert buffer.take(batch_id="b", limit=10) == []
    assert buffer.read("b") is None
    assert buffer.held() == Held(0, 0, 0)


def test_increments_of_one_key_add_up(buffer: Buffer) -> None:
    assert buffer.add(Call("a", 1, {"7": 2, "8": 1})) is Applied.ONCE
    assert buffer.add(Call("b", 1, {"7": 3}, dropped=4)) is Applied.ONCE
    assert buffer.held() == Held(6, 0, 6)

    assert batches(buffer) == {"b": Batch("b", {"7": 5, "8": 1}, dropped=4)}
    assert buffer.held() == Held(0, 1, 6)


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


def test_what_comes_after_a_batch_was_taken_goes_into_the_next(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 1}))
    first = batches(buffer, "first")
    buffer.add(Call("a", 2, {"7": 10}))

    both = batches(buffer, "second")

    assert first == {"first": Batch("first", {"7": 1})}
    assert both == first | {"second": Batch("second", {"7": 10})}


def test_a_batch_stays_until_it_is_forgotten(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 1}))
    assert list(batches(buffer)) == list(batches(buffer, "later")) == ["b"]

    buffer.forget("b")

    assert batches(buffer) == {}
    assert buffer.read("b") is None
    buffer.forget("b")


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
    buffer = make_buffer(enough_batches=ENOUGH)

    sums = outage(buffer, flushes=60)

    assert buffer.held() == Held(sums.total() - 2 * ENOUGH, ENOUGH, sums.total())
    found: Counter[str] = Counter()

    def is_flushed() -> bool:
        found.update(counted(buffer))
        return buffer.held() == Held(0, 0, 0)

    until(is_flushed, within=5)
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
        assert until(is_counted, within=5) > 0
    else:
        until(lambda: monotonic() - began > 0.3, within=5)
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

    buffer.postpone("b", seconds=0.15)

    assert buffer.take(batch_id="c", limit=1) == []
    until(lambda: buffer.take(batch_id="c", limit=1) == ["b"], within=2)
    assert buffer.read("b") == Batch("b", {"7": 1}, tries=1)


def test_postponing_what_is_done_brings_nothing_back(buffer: Buffer) -> None:
    buffer.add(Call("a", 1, {"7": 1}))
    buffer.take(batch_id="b", limit=1)
    buffer.forget("b")

    buffer.postpone("b", seconds=0)

    assert batches(buffer) == {}


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
    redis: Redis, redis_buffer: Callable[..., RedisBuffer], keys: BufferKeys
) -> None:
    buffer = redis_buffer(lane_kept_s=0)
    redis.set(keys.lanes_retired, (int(SystemClock().now()) + 3600) * 1000)

    assert [buffer.retire_lanes(), buffer.retire_lanes()] == [False, True]


def test_senders_and_flushers_at_once_lose_and_double_nothing(buffer: Buffer) -> None:
    flushed: Counter[str] = Counter()

    def send(lane: str) -> None:
        for number in range(1, 51):
            call = Call(lane, number, {f"{number % 7}": 1, lane: 1})
            buffer.add(call)
            buffer.add(call)

    def flush(name: str) -> Counter[str]:
        mine: Counter[str] = Counter()
        for round_ in range(30):
            for batch_id in buffer.take(batch_id=f"{name}-{round_}", limit=100):
                # Two flushers may read one batch; of an id that is there the first one counts, as in the ledger.
                batch = buffer.read(batch_id)
                if batch is not None and ledger.setdefault(batch_id, name) == name:
                    mine.update(batch.counts)
                buffer.forget(batch_id)
        return mine

    ledger: dict[str, str] = {}
    with ThreadPoolExecutor(6) as pool:
        flushers = [pool.submit(flush, name) for name in ("x", "y")]
        list(pool.map(send, ["a", "b", "c", "d"]))
        for each in flushers:
            flushed.update(each.result())
    flushed.update(counted(buffer))

    assert {lane: flushed[lane] for lane in "abcd"} == dict.fromkeys("abcd", 50)
    assert sum(flushed[str(n)] for n in range(7)) == 200


def test_nothing_that_the_buffer_keeps_in_redis_has_an_end(
    redis: Redis, redis_buffer: Callable[..., RedisBuffer], keys: BufferKeys
) -> None:
    buffer = redis_buffer(lane_kept_s=0)
    for number in range(1, FULL_AT + 2):
        buffer.add(Call("a", number, {str(number): 1}))
    buffer.take(batch_id="b", limit=10)
    buffer.add(Call("a", FULL_AT + 2, {"7": 1}))
    while not buffer.retire_lanes():
        pass

    found = list(redis.scan_iter(f"{keys.pending.split(':')[0]}:*"))

    assert len(found) >= 8
    assert {redis.ttl(key) for key in found} == {-1}


def test_without_numbers_an_increment_that_is_sent_again_counts_twice(
    redis_buffer: Callable[..., RedisBuffer],
) -> None:
    """The control of the numbers."""
    buffer = redis_buffer(lambda name: script_text(name).replace("if number <= last then", "if false then"))

    for _ in range(2):
        buffer.add(Call("a", 1, {"7": 1}))

    assert counted(buffer) == {"7": 2}


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
