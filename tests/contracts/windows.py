"""The windows that must keep the contract, each on a clock that the test moves, and two that don't keep it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from redis import Redis

from shop.caching.clock import ManualClock
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.redis_window import TAKE, RedisWindow
from shop.visitors.rate_limits.window import SlidingWindow, Taken

MS: Final = 1000
SECOND: Final = 1_000_000
# Of the servers' own clocks, in us: 16 digits, as they have in our century.
BEGINNING: Final = 1_700_000_000 * SECOND
_TIME: Final = "call('TIME')"
_TOLD: Final = "{math.floor(call('GET', KEYS[1] .. ':clock') / 1000000), call('GET', KEYS[1] .. ':clock') % 1000000}"

# What everybody writes first: a counter for each minute.
FIXED_WINDOW: Final = """
local call, limit, window = redis.call, tonumber(ARGV[1]), ARGV[2] * 1000
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local counter = KEYS[1] .. ':' .. math.floor(now / window)
if tonumber(call('GET', counter) or 0) >= limit then return {0, 0, window - now % window} end
local count = call('INCR', counter)
call('PEXPIRE', counter, ARGV[2])
return {1, limit - count, window - now % window}
"""
# Take.lua, but that a log which lies in the future stays as it is.
NO_SETTING_BACK: Final = TAKE.replace("if newest > now then", "if false then")


@dataclass
class Stage:
    """A window of `limit` calls in `window_ms`, and its clock; `now` is in us. `held_for` says how many moments of ann
    and bob are held for longer than so many ms from now on, if somebody else calls then."""

    window: SlidingWindow
    tell: Callable[[int], None]
    held_for: Callable[[int], int]
    limit: int = 5
    window_ms: int = 1000
    now: int = 0

    def move(self, microseconds: int) -> None:
        """On, or back."""
        self.now += microseconds
        self.tell(self.now)

    def take(self, key: str = "ann") -> Taken:
        return self.window.take(key, limit=self.limit, window_ms=self.window_ms)

    def let_through(self, calls: int, key: str = "ann") -> int:
        """How many of so many calls are."""
        return sum(self.take(key).let_through for _ in range(calls))


class PrefixedWindow:
    """Keys that no other test has."""

    def __init__(self, window: SlidingWindow, prefix: str) -> None:
        self._window, self._prefix = window, prefix

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        return self._window.take(self._prefix + key, limit=limit, window_ms=window_ms)


def in_memory() -> Stage:
    clock = ManualClock(start=0.0)

    def tell(now: int) -> None:
        clock.advance(now / SECOND - clock.monotonic())

    window = MemoryWindow(clock=clock)

    def held_for(wait_ms: int) -> int:
        clock.advance(wait_ms / 1000)
        window.take("zoe", limit=1, window_ms=1000)
        return len(window) - 1

    return Stage(window, tell, held_for)


def on_redis(redis: Redis, *, script: str = TAKE) -> Stage:
    """The script as it is, but for the clock: it stands in a key of its own for each of the keys that tests use."""
    assert script.count(_TIME) == 1
    told = script.replace(_TIME, _TOLD)
    prefix = f"contract-{secrets.token_hex(6)}:"

    def tell(now: int) -> None:
        redis.mset({f"{prefix}{key}:clock": BEGINNING + now for key in ("ann", "bob")})

    def held_for(wait_ms: int) -> int:
        """By the expiries: the server's own clock sees to them."""
        logs = [f"{prefix}{key}" for key in ("ann", "bob")]
        return sum(redis.llen(log) for log in logs if not 0 <= redis.pttl(log) <= wait_ms)

    tell(0)
    return Stage(PrefixedWindow(RedisWindow(client=redis, script=told), prefix), tell, held_for)


STAGES: Final[dict[str, Callable[[Redis], Stage]]] = {"memory": lambda redis: in_memory(), "redis": on_redis}
