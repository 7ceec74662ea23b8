"""Valkey goes away while views are recorded: nobody waits long, what is recorded waits, and comes when it is back."""

from collections import Counter
from collections.abc import Callable
from time import monotonic

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.caching.keys import BufferKeys
from shop.caching.recorder import Recorded
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.store import StoreError
from shop.caching.write_behind import WriteBehind
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import until
from tests.patience import PATIENCE_S

KEYS = BufferKeys("larder:{views}")
# As shop/settings.py has it for writes.
TIMEOUT_S = 0.2
MOST_WAITING = 20
# Two time-outs, and a busy machine.
LONGEST_S = 2.0
# If each waited for its time-out: 40 s.
ALL_S = 5.0
SOON_S = 20.0


def start(valkey: EmbeddedValkey) -> None:
    valkey.start()
    valkey.wait_until_ready()


OUTAGES: dict[str, tuple[Callable[[EmbeddedValkey], None], Callable[[EmbeddedValkey], None]]] = {
    "stalled": (EmbeddedValkey.pause, EmbeddedValkey.resume),
    "killed": (EmbeddedValkey.kill, start),
    "answering errors": (EmbeddedValkey.answer_errors, EmbeddedValkey.answer_properly),
    "full": (EmbeddedValkey.refuse_writes, EmbeddedValkey.answer_properly),
}


def buffer_on(valkey: EmbeddedValkey, *, timeout_s: float = TIMEOUT_S) -> RedisBuffer:
    client = Redis.from_url(
        valkey.url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, retry=Retry(NoBackoff(), 0)
    )
    return RedisBuffer(client=client, keys=KEYS)


def answers(buffer: RedisBuffer) -> bool:
    try:
        buffer.held()
    except StoreError:
        return False
    return True


def counted(buffer: RedisBuffer) -> tuple[Counter[str], int]:
    """All counters, and how many increments are told to have been dropped."""
    sums: Counter[str] = Counter()
    dropped = 0
    for batch_id in buffer.take(batch_id="b", limit=100):
        batch = buffer.read(batch_id)
        assert batch is not None
        sums.update(batch.counts)
        dropped += batch.dropped
    return sums, dropped


@pytest.mark.parametrize("outage", OUTAGES)
def test_views_wait_in_the_process_through_an_outage_and_none_is_lost_in_silence(
    private_valkey: Callable[..., EmbeddedValkey], outage: str
) -> None:
    valkey = private_valkey(persistent=True)
    patient, hurried = buffer_on(valkey, timeout_s=PATIENCE_S), buffer_on(valkey)
    buffer = patient
    views = WriteBehind("test", buffer=lambda: buffer, most_waiting=MOST_WAITING)
    begin, end = OUTAGES[outage]
    assert [views.record("0") for _ in range(5)] == [Recorded.DURABLE] * 5
    until(lambda: answers(hurried), within=SOON_S)
    buffer = hurried

    begin(valkey)
    began = monotonic()
    longest = 0.0
    results: Counter[Recorded] = Counter()
    for number in range(10 * MOST_WAITING):
        asked = monotonic()
        results[views.record(str(number % (2 * MOST_WAITING)))] += 1
        longest = max(longest, monotonic() - asked)
    took = monotonic() - began
    away = views.figures()
    end(valkey)
    until(lambda: views.figures().waiting == 0, within=SOON_S)
    sums, dropped = counted(patient)

    # One finds out, and the others do not ask at once.
    assert longest < LONGEST_S
    assert took < ALL_S
    assert results[Recorded.DURABLE] == 0
    assert results[Recorded.DROPPED] > 0
    assert away.dropped == results[Recorded.DROPPED] == dropped
    assert sums.total() == 5 + results[Recorded.WAITING]
    assert views.figures()[:3] == (5 + 10 * MOST_WAITING, 0, dropped)
