"""The store on Redis or Valkey: one MGET to read, one Lua script for each kind of change.

The scripts stand in lua/, each with its own explanation.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.exceptions import MaxConnectionsError, RedisError

from shop.caching.entry import TOMBSTONE, pack
from shop.caching.keys import lease_of
from shop.caching.messages import RETIRED
from shop.caching.redis_line import ask
from shop.caching.store import (
    Fill,
    FillAnswer,
    Invalidation,
    Lease,
    LeaseAnswer,
    LeaseReply,
    Put,
    PutAnswer,
    Slid,
    StoreBusyError,
    StoreError,
    Use,
)

LUA: Final = Path(__file__).parent / "lua"
SCRIPTS: Final = ("lease", "fill", "put", "invalidate", "release", "mark", "slide")


def script_text(name: str) -> str:
    return (LUA / f"{name}.lua").read_text()


class RedisStore:
    """Reads go to the client with the shorter time-out, changes to the other.

    The clients are thread-safe and connect when they are first used. Neither may retry: a second try
    doubles the time a page waits for a server that is ill.
    """

    def __init__(
        self,
        *,
        reads: Redis,
        writes: Redis,
        text_of: Callable[[str], str] = script_text,
    ) -> None:
        self._reads = reads
        self._pool = reads.connection_pool
        self._writes = writes
        script = Redis().register_script
        self._scripts = {name: script(text_of(name)) for name in SCRIPTS}

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        """One MGET."""
        try:
            answer: list[bytes | None] = ask(self._pool, "MGET", *keys)
        except RedisError as error:
            raise store_error(error) from error
        return answer

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        replies = self._run("lease", [lease.key for lease in leases], [token, lease_ms, *(x.seen for x in leases)])
        return [LeaseReply(LeaseAnswer(answer), entry or None) for answer, entry in replies]

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        arguments: list[str | bytes | int] = [token]
        for fill in fills:
            arguments += (fill.entry, fill.kept_ms)
        arguments.append(channel)
        return [FillAnswer(answer) for answer in self._run("fill", [fill.key for fill in fills], arguments)]

    def release(self, keys: Sequence[str], *, token: str) -> None:
        with store_errors():
            self._scripts["release"](keys=[lease_of(key) for key in keys], args=[token], client=self._writes)

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        arguments: list[str | bytes | int] = [token, lease_ms, tombstone_ms]
        for put in puts:
            arguments += (put.entry, put.kept_ms)
        return [PutAnswer(answer) for answer in self._run("put", [put.key for put in puts], arguments)]

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        tombstones = [pack(version=x.version, written_ms=now_ms, kind=TOMBSTONE) for x in invalidations]
        self._run("invalidate", [x.key for x in invalidations], [tombstone_ms, *tombstones, channel])

    def mark(self, key: str, *, channel: str = "") -> None:
        with store_errors():
            self._scripts["mark"](keys=[key], args=[channel, RETIRED], client=self._writes)

    def tell(self, message: str, *, channel: str) -> None:
        with store_errors():
            self._writes.publish(channel, message)

    def slide(
        self,
        keys: Sequence[str],
        *,
        use_key: str,
        now_ms: int,
        idle_ms: int,
        kept_ms: int,
        noted_ms: int | None = None,
    ) -> Slid:
        """A page waits for it, as it does for `read`: with the shorter time-out."""
        arguments = [now_ms, idle_ms, kept_ms, "" if noted_ms is None else noted_ms]
        with store_errors():
            last_ms, noted, entries = self._scripts["slide"](keys=[use_key, *keys], args=arguments, client=self._reads)
        return Slid(entries, Use(last_ms, noted))

    def _run(self, name: str, keys: list[str], arguments: Sequence[str | bytes | int]) -> Any:
        """Run a script on the entries and, behind them, their leases."""
        with store_errors():
            return self._scripts[name](
                keys=[*keys, *(lease_of(key) for key in keys)], args=arguments, client=self._writes
            )


@contextmanager
def store_errors() -> Iterator[None]:
    """What the client raises inside becomes a StoreError."""
    try:
        yield
    except RedisError as error:
        raise store_error(error) from error


def store_error(error: RedisError) -> StoreError:
    """What it means to whoever asked a store."""
    kind = StoreBusyError if isinstance(error, MaxConnectionsError) else StoreError
    return kind(f"{type(error).__name__}: {error}")
