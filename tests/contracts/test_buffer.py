"""What shop/caching/buffer.py promises, kept by every buffer; and the control, without the numbers."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

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


@pytest.fixture
def keys() -> BufferKeys:
    return BufferKeys(f"test-{secrets.token_hex(4)}:{{views}}")


@pytest.fixture
def redis_buffer(redis: Redis, keys: BufferKeys) -> Iterator[Callable[..., RedisBuffer]]:
    def make(text_of: Callable[[str], str] = script_text) -> RedisBuffer:
        return RedisBuffer(client=redis, keys=keys, most_counters=FULL_AT, text_of=text_of)

    yield make
    for key in redis.scan_iter(f"{keys.pending.split(':')[0]}:*"):
        redis.delete(key)


@pytest.fixture(params=["memory", "redis"])
def buffer(request: pytest.FixtureRequest) -> Buffer:
    if request.param == "memory":
        return MemoryBuffer(clock=SystemClock(), most_counters=FULL_AT)
    made: Buffer = request.getfixturevalue("redis_buffer")()
    return made


def batches(buffer: Buffer, batch_id: str = "b") -> dict[str, Batch]:
    found = {one: buffer.read(one) for one in buffer.take(batch_id=batch_id, limit=100)}
    return {name: batch for name, batch in found.items() if batch is not None}


def counted(buffer: Buffer) -> Counter[str]:
    sums: Counter[str] = Counter()
    for batch in batches(buffer, secrets.token_hex(4)).values():
        sums.update(batch.counts)
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


def test_lanes_that_send_nothing_are_forgotten_after_two_retirements(buffer: Buffer) -> None:
    buffer.retire_lanes()
    buffer.add(Call("idle", 1, {"7": 1}))
    buffer.add(Call("busy", 1, {"7": 1}))

    buffer.retire_lanes()
    assert buffer.add(Call("busy", 1, {"7": 1})) is Applied.BEFORE
    assert buffer.add(Call("busy", 2, {"7": 1})) is Applied.ONCE
    buffer.retire_lanes()

    assert buffer.add(Call("busy", 2, {"7": 1})) is Applied.BEFORE
    assert buffer.add(Call("idle", 1, {"7": 1})) is Applied.ONCE


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
    buffer = redis_buffer()
    for number in range(1, FULL_AT + 2):
        buffer.add(Call("a", number, {str(number): 1}))
    buffer.take(batch_id="b", limit=10)
    buffer.add(Call("a", FULL_AT + 2, {"7": 1}))
    buffer.retire_lanes()

    found = list(redis.scan_iter(f"{keys.pending.split(':')[0]}:*"))

    assert len(found) >= 5
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
