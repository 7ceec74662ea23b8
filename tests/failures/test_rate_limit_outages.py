"""Valkey dies, stalls, refuses or is full: each process goes on by its share, doors close, the rest stays open, nobody
waits long, and the limit holds for all again once it is back."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from time import perf_counter

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.keys import KeySpace
from shop.embedded.valkey import EmbeddedValkey
from shop.visitors.rate_limits.figures import Figures, Outcome
from shop.visitors.rate_limits.guarded_window import GuardedWindow
from shop.visitors.rate_limits.limiter import RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.policies import LOGIN, Beyond, RateLimit
from shop.visitors.rate_limits.redis_window import RedisWindow
from shop.visitors.rate_limits.window import SlidingWindow
from tests.failures.web import Web, running_web, until
from tests.patience import PATIENCE_S

TIMEOUT = 0.2
RECOVERY = 1.0
THRESHOLD = 5
# Two cores are shared with other tests. Unguarded, the calls would wait for 16 s in all.
SCHEDULING = 5.0
CALLS = 20
OPEN = RateLimit(name="open", limit=12, share=0.25)
CLOSED = RateLimit(name="closed", limit=12, share=0.25, beyond=Beyond.CLOSED)
WARM_UP = RateLimit(name="warm_up", limit=1_000)

Fault = tuple[Callable[[EmbeddedValkey], None], Callable[[EmbeddedValkey], None], range]


def restart(valkey: EmbeddedValkey) -> None:
    valkey.start()
    valkey.wait_until_ready()


NEW = range(12, 13)
KNOWN = range(4, 5)
# What was sent before the breaker opened lies in its sockets, and is counted when it goes on.
KNOWN_AND_LATE = range(5)
# How it breaks, how it is mended, and how many of 12 calls it still allows after the 8 of before.
FAULTS: dict[str, Fault] = {
    "killed with -9": (EmbeddedValkey.kill, restart, NEW),
    "stopped with SIGSTOP": (EmbeddedValkey.pause, EmbeddedValkey.resume, KNOWN_AND_LATE),
    "answering errors": (EmbeddedValkey.answer_errors, EmbeddedValkey.answer_properly, KNOWN),
    "out of memory": (EmbeddedValkey.refuse_writes, EmbeddedValkey.answer_properly, KNOWN),
}


def shared(valkey: EmbeddedValkey, *, timeout: float = TIMEOUT) -> RedisWindow:
    retry = Retry(NoBackoff(), 0)
    client = Redis.from_url(valkey.url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=retry)
    return RedisWindow(client=client)


def limiter(window: SlidingWindow) -> RateLimiter:
    return RateLimiter(
        shared=window,
        local=partial(MemoryWindow, clock=SystemClock()),
        keys=KeySpace(namespace="outage", database_id=lambda: None),
        figures=Figures(),
    )


def guarded(window: SlidingWindow) -> GuardedWindow:
    breaker = CircuitBreaker(clock=SystemClock(), threshold=THRESHOLD, recovery=RECOVERY)
    return GuardedWindow(window, breaker=breaker)


def outcomes(door: RateLimiter, policy: RateLimit, calls: int = CALLS) -> Counter[Outcome]:
    return Counter(door.check(policy=policy, subject="user-7").outcome for _ in range(calls))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_process_goes_on_by_its_share_and_all_together_again_afterwards(
    private_valkey: Callable[..., EmbeddedValkey], fault: Fault
) -> None:
    break_it, mend_it, allowed = fault
    valkey = private_valkey()
    one, other = limiter(guarded(shared(valkey))), limiter(guarded(shared(valkey)))
    for each in (one, other):
        until(lambda each=each: outcomes(each, WARM_UP, 1)[Outcome.ALLOWED] == 1, within=10)  # type: ignore[misc]
    patient = limiter(shared(valkey, timeout=PATIENCE_S))
    assert outcomes(patient, CLOSED, 8) == {Outcome.ALLOWED: 8}

    break_it(valkey)
    started = perf_counter()
    doors = [(outcomes(each, CLOSED), outcomes(each, OPEN)) for each in (one, other)]
    waited = perf_counter() - started
    mend_it(valkey)

    share, rest = CLOSED.local_limit, CALLS - CLOSED.local_limit
    assert doors == [({Outcome.LOCAL: share, Outcome.CLOSED: rest}, {Outcome.LOCAL: share, Outcome.OPEN: rest})] * 2
    assert waited < 2 * THRESHOLD * TIMEOUT + SCHEDULING
    for each in (one, other):
        until(lambda each=each: outcomes(each, OPEN, 1)[Outcome.ALLOWED] == 1, within=10)  # type: ignore[misc]
    back = outcomes(one, CLOSED, 10) + outcomes(other, CLOSED, 10)
    assert back[Outcome.ALLOWED] in allowed
    assert back[Outcome.REFUSED] == 20 - back[Outcome.ALLOWED]


def test_control_without_the_guard_every_call_waits(private_valkey: Callable[..., EmbeddedValkey]) -> None:
    valkey = private_valkey()
    door = limiter(shared(valkey))
    outcomes(door, OPEN, 1)
    valkey.pause()

    started = perf_counter()
    outcomes(door, OPEN, 2 * THRESHOLD)

    assert perf_counter() - started > 2 * THRESHOLD * TIMEOUT * 0.95
    valkey.resume()


@pytest.fixture
def limits_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMITS", "on")


def tries(web: Web, count: int) -> list[int]:
    """Tries to log in without the form's token: refused by that (403), or by the limit (429)."""
    return [web.post("/account/login/", {}).status for _ in range(count)]


def quota(web: Web) -> str:
    return web.get("/api/products").headers["ratelimit-policy"]


@pytest.mark.django_db(transaction=True)
def test_the_shop_itself_closes_its_door_and_keeps_its_shelves_open(
    private_valkey: Callable[..., EmbeddedValkey], limits_in_processes: None
) -> None:
    valkey = private_valkey()
    with running_web(redis_url=valkey.url, recovery=RECOVERY) as web:
        assert tries(web, 12) == [403] * 10 + [429] * 2
        assert quota(web) == '"catalog";q=6000;w=60'

        valkey.kill()
        away = tries(web, 6)
        reads = [web.get("/api/products") for _ in range(10)]
        restart(valkey)

        assert away == [403] * LOGIN.local_limit + [429] * (6 - LOGIN.local_limit)
        assert {read.status for read in reads} == {200}
        assert reads[-1].headers["ratelimit-policy"] == '"catalog";q=1500;w=60'
        until(lambda: quota(web) == '"catalog";q=6000;w=60', within=20)
        assert tries(web, 11) == [403] * 10 + [429]
