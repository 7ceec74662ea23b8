"""The log that all processes share, on Redis or Valkey: one script, one round trip, and no clock but the server's.

A client's clock is not even asked, so it can be wrong by any amount. What the server's own clock does, take.lua says.
Where an answer is lost, the call may have been counted: then it is counted once too often, and never too seldom.

Proved by tests/failures/test_rate_limit_processes.py.
"""

from hashlib import sha1
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from shop.caching.redis_line import ask
from shop.caching.redis_store import store_error
from shop.visitors.rate_limits.window import Taken

TAKE: Final = (Path(__file__).parent / "take.lua").read_text()


class RedisWindow:
    """The client must not retry by itself: a second try would count a call twice."""

    def __init__(self, *, client: Redis, script: str = TAKE) -> None:
        self._pool = client.connection_pool
        self._script = script
        self._sha = sha1(script.encode(), usedforsecurity=False).hexdigest()

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        try:
            let_through, left, more_in_us = self._ask(key, limit, window_ms)
        except RedisError as error:
            raise store_error(error) from error
        return Taken(let_through == 1, left, more_in_us)

    def _ask(self, *arguments: str | int) -> Any:
        try:
            return ask(self._pool, "EVALSHA", self._sha, 1, *arguments)
        except NoScriptError:
            # The server has begun anew; from now on it knows the script.
            return ask(self._pool, "EVAL", self._script, 1, *arguments)
