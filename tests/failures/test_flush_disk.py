"""A flush waits until its batches are on Valkey's disk, where Valkey keeps a file; for nothing where it keeps none, and
not in silence where it may not ask."""

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from shop.caching.buffer import Call, Held
from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from shop.embedded.valkey import EmbeddedValkey
from tests.patience import PATIENCE_S

KEYS = BufferKeys("larder:{views}")


def waits(redis: Redis) -> int:
    """How often the server was asked to say that it has written its file."""
    stats: dict[str, Any] = redis.info("commandstats")
    told = stats.get("cmdstat_waitaof", {"calls": 0, "rejected_calls": 0, "failed_calls": 0})
    return int(told["calls"]) - int(told["failed_calls"])


@pytest.mark.parametrize("keeps_file", [True, False], ids=["with a file", "without one"])
def test_batches_are_handed_out_when_they_are_on_the_disk(
    private_valkey: Callable[..., EmbeddedValkey], keeps_file: bool
) -> None:
    valkey = private_valkey(persistent=keeps_file)
    with Redis.from_url(valkey.url, socket_timeout=PATIENCE_S) as redis:
        buffer = RedisBuffer(client=redis, keys=KEYS)
        assert buffer.take(batch_id="none", limit=1) == []
        assert waits(redis) == 0, "there is nothing to wait for"

        buffer.add(Call("a", 1, {"7": 1}))
        assert buffer.take(batch_id="first", limit=1) == ["first"]
        assert (waits(redis) > 0) is keeps_file

        # A batch that somebody else took may not be on the disk yet either.
        before = waits(redis)
        assert buffer.take(batch_id="second", limit=1) == ["first"]
        assert (waits(redis) > before) is keeps_file


@pytest.mark.parametrize("keeps_file", [True, False], ids=["with a file", "without one"])
def test_a_server_that_will_not_say_is_counted_and_told_of_once(
    private_valkey: Callable[..., EmbeddedValkey], caplog: pytest.LogCaptureFixture, keeps_file: bool
) -> None:
    """One that has no file says as much, and there is nothing to be unsure of."""
    valkey = private_valkey(persistent=keeps_file)
    with Redis.from_url(valkey.url, socket_timeout=PATIENCE_S) as redis:
        buffer = RedisBuffer(client=redis, keys=KEYS)
        if keeps_file:
            redis.execute_command("ACL", "SETUSER", "default", "-waitaof")
        buffer.add(Call("a", 1, {"7": 1}))

        assert [buffer.take(batch_id="first", limit=1) for _ in range(3)] == [["first"]] * 3

        assert buffer.held() == Held(0, 1, 1, unsure=3 if keeps_file else 0)
    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert [message.partition(",")[0] for message in told] == (
        ["Redis won't say when it has written its file"] if keeps_file else []
    )
