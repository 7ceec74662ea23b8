"""What the log costs Redis: one command, bounded memory, nothing that stays; and what it does when its clock is set
back."""

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from shop.embedded.valkey import EmbeddedValkey
from shop.visitors.rate_limits.redis_window import TAKE, RedisWindow
from tests.contracts.windows import MS, NO_SETTING_BACK, SECOND, Stage, on_redis

HOUR = 3600 * SECOND
INSIDE_SCRIPTS = {"time", "llen", "lindex", "rpush", "pexpire", "ltrim", "lrange", "del"}


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Redis]:
    with Redis.from_url(private_valkey().url) as client:
        yield client


def outside(valkey: Redis, window: RedisWindow, calls: int) -> dict[str, int]:
    """What the server was asked, not counting what the script itself calls."""
    valkey.config_resetstat()
    for _ in range(calls):
        window.take("ann", limit=3, window_ms=60_000)
    stats = valkey.info("commandstats")
    counts = {name.removeprefix("cmdstat_"): int(stats[name]["calls"]) for name in stats}
    return {name: count for name, count in counts.items() if name not in {*INSIDE_SCRIPTS, "config|resetstat"}}


def test_a_check_is_one_round_trip_let_through_or_not(valkey: Redis) -> None:
    window = RedisWindow(client=valkey)
    window.take("bob", limit=3, window_ms=60_000)

    assert outside(valkey, window, calls=9) == {"evalsha": 9}


def test_a_server_that_has_forgotten_the_script_is_told_it_again(valkey: Redis) -> None:
    window = RedisWindow(client=valkey)
    window.take("ann", limit=3, window_ms=60_000)
    valkey.script_flush()

    assert window.take("ann", limit=3, window_ms=60_000).left == 1
    assert outside(valkey, window, calls=1) == {"evalsha": 1}


def test_a_log_is_no_longer_than_its_limit_and_goes_after_its_window(valkey: Redis) -> None:
    window = RedisWindow(client=valkey)
    for _ in range(7000):
        window.take("ann", limit=6000, window_ms=60_000)

    assert valkey.llen("ann") == 6000
    assert 0 < (valkey.memory_usage("ann") or 0) < 6000 * 12
    assert 0 < valkey.pttl("ann") <= 62_000


def test_an_expiry_is_set_again_once_a_second_and_reaches_past_the_last_call(redis: Redis) -> None:
    stage = on_redis(redis)
    key = key_of(stage)
    for _ in range(5):
        stage.move(300 * MS)
        stage.take()
        # The window, and at least a second for what else comes in this one.
        assert redis.pttl(key) > stage.window_ms + 1000

    redis.pexpire(key, 500)
    stage.move(SECOND)
    stage.take()

    assert redis.pttl(key) > stage.window_ms + 1000


@pytest.mark.parametrize("calls", [1, 5, 9])
def test_no_log_stays_for_ever_whatever_its_clock_did(redis: Redis, calls: int) -> None:
    stage = on_redis(redis)
    for moment in (0, -HOUR, SECOND, 2 * SECOND, -1):
        stage.move(moment)
        stage.let_through(calls)
        assert 0 < redis.pttl(key_of(stage)) <= stage.window_ms + 2000


def after_an_hour_back(stage: Stage) -> tuple[int, int]:
    """How many are let through right after the clock was set back by an hour, and a window later."""
    stage.let_through(5)
    stage.move(-HOUR)
    at_once = stage.let_through(5)
    stage.move(SECOND)
    return at_once, stage.let_through(5)


def test_a_clock_that_is_set_back_lets_no_more_through_and_shuts_nobody_out(redis: Redis) -> None:
    assert after_an_hour_back(on_redis(redis)) == (0, 5)


def test_control_a_log_that_stays_in_the_future_shuts_everybody_out_for_an_hour(redis: Redis) -> None:
    assert NO_SETTING_BACK != TAKE
    assert after_an_hour_back(on_redis(redis, script=NO_SETTING_BACK)) == (0, 0)


def key_of(stage: Stage) -> str:
    prefix: str = vars(stage.window)["_prefix"]
    return f"{prefix}ann"
