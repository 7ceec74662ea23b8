"""The identity of a Redis or Valkey server: its run id and its replication id. The script stands in lua/note.lua."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from shop.caching.identity import Note
from shop.caching.redis_store import script_text
from shop.caching.store import StoreError


class RedisServer:
    """`client` may not retry; it connects at its first command."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._write = Redis().register_script(script_text("note"))

    def identity(self) -> str:
        with _store_errors():
            server, replication = self._client.info("server"), self._client.info("replication")
        return f"{server['run_id']}/{replication['master_replid']}"

    def note(self, key: str) -> Note | None:
        with _store_errors():
            found = cast("bytes | None", self._client.get(key))
        identity, _, at_ms = (found or b"").decode(errors="replace").rpartition(" ")
        return Note(identity, int(at_ms)) if identity and at_ms.isdigit() else None

    def write(self, key: str, note: Note) -> bool:
        with _store_errors():
            return bool(self._write([key], [note.identity, note.at_ms], client=self._client))


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreError(f"{type(error).__name__}: {error}") from error
