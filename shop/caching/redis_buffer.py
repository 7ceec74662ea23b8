"""The buffer on Redis or Valkey: one Lua script for each kind of change, below one hash tag.

What is pending is one hash. RENAME makes it a batch: the hash stays what it was, under another name. A crash of the
server's process loses nothing that was answered, since the append-only file is written before the answer is sent, but
for up to two seconds while the disk is behind; a power cut loses what was not on the disk, the last second or two with
`appendfsync everysec`. So `take` waits until the batches are (WAITAOF), before anybody counts them elsewhere. Where the
server won't say, since this account may not ask, a power cut may double a second of counts: that is told once, and
counted where `held` shows it (tests/failures/test_flush_disk.py).
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from redis import Redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from shop.caching.buffer import ENOUGH_BATCHES, LANE_KEPT_S, MOST_COUNTERS, PUT_OFF_S, Applied, Batch, Call, Held
from shop.caching.keys import BufferKeys
from shop.caching.redis_line import ask
from shop.caching.redis_store import script_text, store_error, store_errors

logger = logging.getLogger(__name__)

# How long a server may take to write its file, when it does so every second.
DISK_LIMIT_S: Final = 3.0
# One wait for it: shorter than the socket's time-out.
DISK_WAIT_MS: Final = 100

_APPLIED: Final = (Applied.BEFORE, Applied.ONCE, Applied.AFTER_LOSS)
# What a server answers that keeps no file, or is older than the command (Redis 7.2): there is nothing to wait for.
_NO_FILE: Final = ("appendonly is disabled", "unknown command")
_SUM: Final = b"#sum"
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
        enough_batches: int = ENOUGH_BATCHES,
        put_off_s: float = PUT_OFF_S,
        lane_kept_s: float = LANE_KEPT_S,
        text_of: Callable[[str], str] = script_text,
    ) -> None:
        self._client = client
        self._keys = keys
        self._most_counters = most_counters
        self._enough_batches = enough_batches
        self._put_off_ms = int(put_off_s * 1000)
        self._lane_kept_ms = int(lane_kept_s * 1000)
        self._has_told = False
        self._pool = client.connection_pool
        self._text_of = text_of
        script = Redis().register_script
        self._take, self._postpone, self._held, self._retire = (
            script(text_of(name)) for name in ("take", "postpone", "held", "retire")
        )
        self._record = script(text_of("record")).sha
        self._to_record = (5, keys.pending, keys.lanes, keys.old_lanes, keys.batches, keys.sums)

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
        mine = self._keys
        keys = [mine.pending, mine.batch(batch_id), mine.batches, mine.sums, mine.made, mine.takes]
        words: list[str | int] = [batch_id, limit, self._enough_batches, self._put_off_ms]
        with store_errors(), self._client.client() as alone:  # type: ignore[no-untyped-call]
            due = [one.decode() for one in self._take(keys=keys, args=words, client=alone)]
            if due:
                try:
                    _wait_for_disk(alone)
                except ResponseError as error:
                    self._tell_unsure(alone, error)
        return due

    def _tell_unsure(self, client: Redis, error: ResponseError) -> None:
        client.incr(self._keys.unsure)
        if not self._has_told:
            self._has_told = True
            logger.error("Redis won't say when it has written its file, so a power cut may double counts: %s", error)

    def read(self, batch_id: str) -> Batch | None:
        with store_errors():
            found: dict[bytes, bytes] = self._client.hgetall(self._keys.batch(batch_id))  # type: ignore[assignment]
        if not found:
            return None
        found.pop(_SUM, None)
        dropped, tries = int(found.pop(_DROPPED, 0)), int(found.pop(_TRIES, 0))
        return Batch(batch_id, dict(_counter(*pair) for pair in found.items()), dropped, tries)

    def forget(self, batch_id: str) -> None:
        with store_errors(), self._client.pipeline(transaction=True) as both:
            both.unlink(self._keys.batch(batch_id))
            both.zrem(self._keys.batches, batch_id)
            both.hdel(self._keys.sums, batch_id)
            both.execute()

    def postpone(self, batch_id: str, *, seconds: float) -> None:
        keys = [self._keys.batch(batch_id), self._keys.batches]
        with store_errors():
            self._postpone(keys=keys, args=[batch_id, int(seconds * 1000)], client=self._client)

    def held(self) -> Held:
        keys = [self._keys.pending, self._keys.batches, self._keys.sums, self._keys.unsure]
        with store_errors():
            pending, batches, in_batches, unsure = self._held(keys=keys, client=self._client)
        return Held(pending, batches, pending + in_batches, unsure)

    def retire_lanes(self) -> bool:
        keys = [self._keys.lanes, self._keys.old_lanes, self._keys.lanes_retired]
        with store_errors():
            return bool(self._retire(keys=keys, args=[self._lane_kept_ms], client=self._client))


def _counter(field: bytes, count: bytes) -> tuple[str, int]:
    """What nobody here has written becomes a counter too, for whoever persists it to refuse: a name that is no text
    keeps its bytes, and what is no number stands in the name."""
    name = field.decode(errors="surrogateescape")
    try:
        return name, int(count)
    except ValueError:
        return f"{name}={count.decode(errors='surrogateescape')}", 0


def _wait_for_disk(client: Redis) -> None:
    """Until what this connection wrote is in the server's file on disk, where it keeps one.

    Raises ResponseError when the server won't say, and RedisError when its disk takes longer than DISK_LIMIT_S.
    """
    for _ in range(int(DISK_LIMIT_S * 1000 / DISK_WAIT_MS)):
        try:
            written, _replicas = client.execute_command("WAITAOF", 1, 0, DISK_WAIT_MS)  # type: ignore[no-untyped-call]
        except ResponseError as error:
            if any(words in str(error) for words in _NO_FILE):
                return
            raise
        if written:
            return
    raise RedisError(f"what was taken is not on the server's disk after {DISK_LIMIT_S:.0f} s")
