"""Increments whose answers are lost on the way: they are sent again, and count once."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.caching.buffer import Applied, Buffer, Call
from shop.caching.clock import SystemClock
from shop.caching.keys import BufferKeys
from shop.caching.recorder import Recorder
from shop.caching.redis_buffer import RedisBuffer
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.cutting_proxy import cutting
from tests.failures.web import until

FULL = os.environ.get("FULL") == "1"
THREADS, EACH = 8, 2_000 if FULL else 150
SHARE = 0.2
KEYS = BufferKeys("larder:{views}")


class Renumbering:
    """The mistake: whatever is sent again gets a new number, as if nobody had sent it before."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._number = 0

    def add(self, call: Call) -> Applied:
        self._number += 1
        return self._buffer.add(call._replace(number=self._number))


def recorded_and_counted(valkey: EmbeddedValkey, wrap: Callable[[Buffer], Buffer]) -> tuple[int, int, int]:
    """Increments that were recorded and counted, and answers that were lost."""
    with cutting(server_port=valkey.port, share=SHARE) as proxy:
        near = Redis(port=proxy.port, socket_timeout=0.5, retry=Retry(NoBackoff(), 0))
        buffer = wrap(RedisBuffer(client=near, keys=KEYS))
        recorder = Recorder(name="test", buffer=lambda: buffer, clock=SystemClock(), most_waiting=1000)

        def record(thread: int) -> None:
            for number in range(EACH):
                recorder.record(str(number % 10), 1)
                if number % 10 == thread:
                    recorder.send()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(record, range(THREADS)))
        until(recorder.send, within=30)
        assert recorder.figures()[1:3] == (0, 0)
        lost = proxy.cut
    sums: Counter[str] = Counter()
    with Redis.from_url(valkey.url) as redis:
        direct = RedisBuffer(client=redis, keys=KEYS)
        for batch_id in direct.take(batch_id="b", limit=100):
            batch = direct.read(batch_id)
            assert batch is not None
            sums.update(batch.counts)
    return recorder.figures().recorded, sums.total(), lost


def test_increments_whose_answers_were_lost_count_once(private_valkey: Callable[..., EmbeddedValkey]) -> None:
    recorded, counted, lost = recorded_and_counted(private_valkey(), lambda buffer: buffer)

    assert lost > 5
    assert recorded == counted == THREADS * EACH


def test_without_numbers_they_count_more_than_once(private_valkey: Callable[..., EmbeddedValkey]) -> None:
    """The control."""
    recorded, counted, lost = recorded_and_counted(private_valkey(), Renumbering)  # type: ignore[arg-type]

    assert lost > 5
    assert counted > recorded
