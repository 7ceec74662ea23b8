"""What shop/caching/distinct.py promises, kept by Redis, by what guards it, and by the fake in memory."""

import secrets
from collections.abc import Iterator

import pytest
from redis import Redis

from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.distinct import Distinct, MemoryDistinct
from shop.caching.guarded_distinct import GuardedDistinct
from shop.caching.redis_distinct import RedisDistinct

KEPT_S = 60
MANY = 2_000
# Four times the standard error that HyperLogLog is said to have.
OFF_BY = 4 * 0.0081


@pytest.fixture(params=["memory", "redis", "guarded"])
def distinct(request: pytest.FixtureRequest, redis: Redis) -> Iterator[Distinct]:
    prefix = f"test-{secrets.token_hex(4)}"
    if request.param == "memory":
        yield MemoryDistinct()
        return
    on_redis = RedisDistinct(client=redis, key_of=lambda name: f"{prefix}:{name}")
    guarded = GuardedDistinct(on_redis, breaker=CircuitBreaker(clock=SystemClock()))
    yield guarded if request.param == "guarded" else on_redis
    for key in redis.scan_iter(f"{prefix}:*"):
        assert 0 < int(redis.ttl(key)) <= KEPT_S
        redis.delete(key)


def test_a_set_that_is_not_there_has_no_members(distinct: Distinct) -> None:
    assert distinct.count(["none", "none either"]) == [0, 0]


def test_a_member_counts_once_in_each_of_its_sets(distinct: Distinct) -> None:
    for member in ("ann", "bob", "ann"):
        distinct.add(["day", f"of {member}"], member, kept_s=KEPT_S)

    assert distinct.count(["day", "of ann", "of bob"]) == [2, 1, 1]


def test_many_members_are_counted_roughly(distinct: Distinct) -> None:
    for number in range(MANY):
        distinct.add(["day"], f"visitor {number}", kept_s=KEPT_S)

    assert distinct.count(["day"])[0] == pytest.approx(MANY, rel=OFF_BY)
