"""Valkey hangs while pages tell that they were seen: a beacon waits for one time-out at the most, and soon for none.

Over HTTP, so that whatever a beacon asks Valkey counts: its product, its view, and who looked.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.distinct import Distinct
from shop.caching.guarded_distinct import GuardedDistinct
from shop.caching.redis_distinct import RedisDistinct
from shop.caching.store import StoreError
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import Reply, Web, running_web, until
from tests.goods import Goods

READ_S = settings.CACHE_READ_TIMEOUT
WRITE_S = settings.CACHE_WRITE_TIMEOUT
# Failures in a row until the breaker opens, and for how long it stays so.
THRESHOLD = 5
LONG_S = 60.0
BEACONS = 12
SOON_S = 20.0


def beacon(web: Web, goods: Goods) -> Reply:
    return web.post(f"/api/products/{goods.id}/views", {})


def metric(web: Web, name: str) -> float:
    lines = web.get("/metrics").body.decode().splitlines()
    (value,) = (line.split()[1] for line in lines if line.startswith(f"{name} "))
    return float(value)


@pytest.mark.django_db(transaction=True)
def test_beacons_go_on_while_valkey_hangs(private_valkey: Callable[..., EmbeddedValkey], goods: Goods) -> None:
    valkey = private_valkey()
    with running_web(redis_url=valkey.url, recovery=LONG_S) as web:
        before: list[str] = []

        def durable_again() -> bool:
            before.append(beacon(web, goods).json["view"])
            return before[-3:] == ["durable"] * 3

        until(durable_again, within=SOON_S)
        uncounted = metric(web, "larder_visitors_uncounted_total")
        assert uncounted <= len(before) - 3

        valkey.pause()
        first = [beacon(web, goods) for _ in range(THRESHOLD)]
        later = [beacon(web, goods) for _ in range(BEACONS)]
        valkey.resume()

        assert {reply.json["view"] for reply in first + later} == {"waiting"}
        # The product is asked for, and then nothing more in that request.
        assert median(reply.seconds for reply in first) < READ_S + WRITE_S
        # If they still asked, each would wait for a time-out; a busy machine keeps some waiting.
        assert sorted(reply.seconds for reply in later)[BEACONS // 4] < READ_S
        assert metric(web, "larder_visitors_uncounted_total") == uncounted + THRESHOLD + BEACONS
        until(lambda: metric(web, "larder_views_waiting") == 0, within=SOON_S)
        assert metric(web, "larder_views_pending") == len(before) + THRESHOLD + BEACONS


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "control: bare"])
def test_counting_who_looked_waits_for_a_hanging_valkey_until_the_breaker_opens(
    private_valkey: Callable[..., EmbeddedValkey], is_guarded: bool
) -> None:
    valkey = private_valkey()
    with Redis.from_url(valkey.url, socket_timeout=WRITE_S, retry=Retry(NoBackoff(), 0)) as client:
        bare = RedisDistinct(client=client, key_of=str)
        breaker = CircuitBreaker(clock=SystemClock(), threshold=THRESHOLD, recovery=LONG_S)
        distinct: Distinct = GuardedDistinct(bare, breaker=breaker) if is_guarded else bare
        distinct.add(["day"], "ann", kept_s=60)
        valkey.pause()

        waits = []
        for _ in range(2 * THRESHOLD):
            began = perf_counter()
            with pytest.raises(StoreError):
                distinct.add(["day"], "bob", kept_s=60)
            waits.append(perf_counter() - began)
        valkey.resume()

    assert sum(wait >= 0.95 * WRITE_S for wait in waits) == (THRESHOLD if is_guarded else 2 * THRESHOLD)
