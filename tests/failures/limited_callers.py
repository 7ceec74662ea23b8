"""A process that calls below a rate limit: `python -m tests.failures.limited_callers '{...}'`.

Its argument is JSON: `redis_url`, `namespace`; `limit`, `window` in s; `seconds`, for how long it calls; `skew`, by how
many seconds its clock is wrong; `way`: "larder", or one of the two controls, "fixed window" and "client clock". It
prints "ready", starts at a line of input, calls in bursts with short rests, and prints how many were let through.

The script runs in a wrapper, which writes down for each call the server's time and the answer, in the server's order.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from redis import Redis

from shop.caching.breaker import CircuitBreaker
from shop.caching.keys import KeySpace
from shop.visitors.rate_limits.figures import Figures
from shop.visitors.rate_limits.guarded_window import GuardedWindow
from shop.visitors.rate_limits.limiter import RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.policies import RateLimit
from shop.visitors.rate_limits.redis_window import TAKE, RedisWindow
from shop.visitors.rate_limits.window import SlidingWindow, Taken
from tests.contracts.windows import FIXED_WINDOW
from tests.starting_line import wait_for_start

MOST_IN_A_BURST: Final = 12
LONGEST_REST_S: Final = 0.04
TOLD: Final = """
local server_time = redis.call('TIME')
local function take() {script} end
local answer = take()
local line = string.format('%.0f %d', server_time[1] * 1000000 + server_time[2], answer[1])
redis.call('RPUSH', KEYS[1] .. ':told', line)
return answer
"""


class WrongClock:
    """Wrong by `skew` seconds, in both of its times."""

    def __init__(self, skew: float) -> None:
        self._skew = skew

    def now(self) -> float:
        return time.time() + self._skew  # noqa: TID251  a clock

    def monotonic(self) -> float:
        return time.perf_counter() + self._skew

    def wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)


class ClientClockWindow:
    """The control: the same log, but whoever calls says when."""

    def __init__(self, client: Redis, clock: WrongClock) -> None:
        self._client, self._clock = client, clock
        self._script = told(TAKE, time="{math.floor(ARGV[3] / 1000000), ARGV[3] % 1000000}")

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        now_us = int(self._clock.now() * 1_000_000)
        let_through, *rest = self._client.eval(self._script, 1, key, limit, window_ms, now_us)
        return Taken(let_through == 1, *rest)


def told(script: str, *, time: str = "server_time") -> str:
    assert script.count("call('TIME')") == 1
    return TOLD.replace("{script}", script.replace("call('TIME')", time))


def window_of(plan: Mapping[str, Any], client: Redis, clock: WrongClock) -> SlidingWindow:
    if plan["way"] == "client clock":
        return ClientClockWindow(client, clock)
    return RedisWindow(client=client, script=told(TAKE if plan["way"] == "larder" else FIXED_WINDOW))


def main(plan: Mapping[str, Any]) -> None:
    clock = WrongClock(plan["skew"])
    figures = Figures()
    with Redis.from_url(plan["redis_url"]) as client:
        limiter = RateLimiter(
            shared=GuardedWindow(window_of(plan, client, clock), breaker=CircuitBreaker(clock=clock)),
            local=partial(MemoryWindow, clock=clock),
            keys=KeySpace(namespace=plan["namespace"], database_id=lambda: None),
            figures=figures,
        )
        policy = RateLimit(name="writes", limit=plan["limit"], window=plan["window"])
        client.ping()
        wait_for_start()
        ends = time.perf_counter() + plan["seconds"]
        let_through = 0
        while time.perf_counter() < ends:
            for _ in range(random.randint(1, MOST_IN_A_BURST)):
                let_through += limiter.check(policy=policy, subject="user-7").let_through
            clock.wait(random.uniform(0, LONGEST_REST_S))
    print(json.dumps({"let_through": let_through}))  # noqa: T201  the report


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
