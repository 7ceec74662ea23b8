"""The buffer on Redis or Valkey: one Lua script for each kind of change, below one hash tag.

What is pending is one hash. RENAME makes it a batch: the hash stays what it was, under another name. A crash of the
server's process loses nothing that was answered, since the append-only file is written before the answer is sent; a
power cut loses what was not on the disk, the last second or two with `appendfsync everysec`. So `take` waits until the
batches are (WAITAOF), before anybody counts them elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from redis import Redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from shop.caching.buffer import MOST_COUNTERS, Applied, Batch, Call, Held
from shop.caching.keys import BufferKeys
from shop.caching.redis_line import ask
from shop.caching.redis_store import script_text, store_error, store_errors

# How long a server may take to write its file, when it does so every second.
DISK_LIMIT_S: Final = 3.0
# One wait for it: shorter than the socket's time-out.
DISK_WAIT_MS: Final = 100

_APPLIED: Final = (Applied.BEFORE, Applied.ONCE, Applied.AFTER_LOSS)
_DROPPED: Final = b"#dropped"
_TRIES: Final = b"#tries"


class RedisBuffer:
    """The client must not retry by itself: `add` may be sent again, whoever records decides when."""

    def __init__(
        self,
        *,
        client: Redis,
        keys: BufferKeys,
        most_counters: int = MOST_COUNTERS,
        text_of: Callable[[str], str] = script_text,
    ) -> None:
        self._client = client
        self._keys = keys
        self._most_counters = most_counters
        self._pool = client.connection_pool
        self._text_of = text_of
        script = Redis().register_script
        self._take, self._postpone = (script(text_of(name)) for name in ("take", "postpone"))
        self._record = script(text_of("record")).sha
        self._to_record = (4, keys.pending, keys.lanes, keys.old_lanes, keys.batches)

    def add(self, call: Call) -> Applied:
        words: list[str | int] = [*self._to_record, call.lane, call.number, self._most_counters, call.dropped]
        for pair in call.counts.items():
            words += pair
        try:
            return _APPLIED[self._ask_to_record(words)]
        except RedisError as error:
            raise store_error(error) from error

    def _ask_to_record(self, words: Sequence[str | int]) -> int:
        try:
            return int(ask(self._pool, "EVALSHA", self._record, *words))
        except NoScriptError:
            # The server has begun anew; from now on it knows the script.
            return int(ask(self._pool, "EVAL", self._text_of("record"), *words))

    def take(self, *, batch_id: str, limit: int) -> list[str]:
        keys = [self._keys.pending, self._keys.batch(batch_id), self._keys.batches, self._keys.takes]
        with store_errors(), self._client.client() as alone:  # type: ignore[no-untyped-call]
            due = [one.decode() for one in self._take(keys=keys, args=[batch_id, limit], client=alone)]
            if due:
                _wait_for_disk(alone)
        return due

    def read(self, batch_id: str) -> Batch | None:
        with store_errors():
            found: dict[bytes, bytes] = self._client.hgetall(self._keys.batch(batch_id))  # type: ignore[assignment]
        if not found:
            return None
        dropped, tries = int(found.pop(_DROPPED, 0)), int(found.pop(_TRIES, 0))
        return Batch(batch_id, dict(_counter(*pair) for pair in found.items()), dropped, tries)

    def forget(self, batch_id: str) -> None:
        with store_errors(), self._client.pipeline(transaction=True) as both:
            both.unlink(self._keys.batch(batch_id))
            both.zrem(self._keys.batches, batch_id)
            both.execute()

    def postpone(self, batch_id: str, *, seconds: float) -> None:
        keys = [self._keys.batch(batch_id), self._keys.batches]
        with store_errors():
            self._postpone(keys=keys, args=[batch_id, int(seconds * 1000)], client=self._client)

    def held(self) -> Held:
        with store_errors():
            ids = [one.decode() for one in self._client.zrange(self._keys.batches, 0, -1)]  # type: ignore[union-attr]
            with self._client.pipeline(transaction=False) as hashes:
                for key in (self._keys.pending, *(self._keys.batch(each) for each in ids)):
                    hashes.hgetall(key)
                pending, *batches = (_sum(found) for found in hashes.execute())
        return Held(pending, len(ids), pending + sum(batches))

    def retire_lanes(self) -> None:
        with store_errors():
            try:
                self._client.rename(self._keys.lanes, self._keys.old_lanes)
            except ResponseError as error:
                # No lane has sent anything: those of before are forgotten.
                if "no such key" not in str(error):
                    raise
                self._client.unlink(self._keys.old_lanes)


def _counter(field: bytes, count: bytes) -> tuple[str, int]:
    """What nobody here has written becomes a counter too, for whoever persists it to refuse: a name that is no text
    keeps its bytes, and what is no number stands in the name."""
    name = field.decode(errors="surrogateescape")
    try:
        return name, int(count)
    except ValueError:
        return f"{name}={count.decode(errors='surrogateescape')}", 0


def _sum(found: Mapping[bytes, bytes]) -> int:
    return sum(int(count) for key, count in found.items() if not key.startswith(b"#"))


def _wait_for_disk(client: Redis) -> None:
    """Until what this connection wrote is in the server's file on disk. A server that keeps none, or that is older than
    the command (Redis 7.2), says so, and there is nothing to wait for.

    Raises RedisError when the disk takes longer than DISK_LIMIT_S.
    """
    for _ in range(int(DISK_LIMIT_S * 1000 / DISK_WAIT_MS)):
        try:
            written, _replicas = client.execute_command("WAITAOF", 1, 0, DISK_WAIT_MS)  # type: ignore[no-untyped-call]
        except ResponseError:
            return
        if written:
            return
    raise RedisError(f"what was taken is not on the server's disk after {DISK_LIMIT_S:.0f} s")
