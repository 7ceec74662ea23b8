"""What shop/caching/buffer.py promises, kept by every buffer. Its numbers are in test_buffer_lanes.py, and its
batches in test_buffer_batches.py."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from redis import Redis

from shop.caching.buffer import Applied, Batch, Buffer, Call, Held
from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from tests.contracts.buffers import FULL_AT, batches, counted


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
    redis: Redis, redis_buffer: Callable[..., RedisBuffer], buffer_keys: BufferKeys
) -> None:
    buffer = redis_buffer(lane_kept_s=0)
    for number in range(1, FULL_AT + 2):
        buffer.add(Call("a", number, {str(number): 1}))
    buffer.take(batch_id="b", limit=10)
    buffer.add(Call("a", FULL_AT + 2, {"7": 1}))
    while not buffer.retire_lanes():
        pass

    found = list(redis.scan_iter(f"{buffer_keys.pending.split(':')[0]}:*"))

    assert len(found) >= 8
    assert {redis.ttl(key) for key in found} == {-1}
