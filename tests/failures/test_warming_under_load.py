"""Visitors hardly notice that the caches are being warmed while they look around.

At CI size there are few products, slowly warmed; FULL=1 warms 10,000 at the default rate, and is meant for a machine
that does nothing else.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from redis import Redis

from analytics.warming import DEFAULT_RATE
from catalog.models import Product
from catalog.seeding.run import seed_shop
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.visiting import visiting
from tests.failures.web import running_web
from tests.own_database import database_url
from tests.starting_line import lined_up, start

FULL = os.environ.get("FULL") == "1"
PRODUCTS = 10_000 if FULL else 500
RATE = float(os.environ.get("WARM_RATE", DEFAULT_RATE if FULL else 125))
QUIET_S = 20.0 if FULL else 4.0
SLOWER = 2.0
# On a machine that other tests share, the slowest few of some hundred answers are a matter of luck.
PERCENT = 99 if FULL else 90
LUCK_MS = 0.0 if FULL else 150.0
NAMESPACE = "warming"
WARM_UP = """
import sys
import django
django.setup()
from analytics.warming import warm
from tests.starting_line import wait_for_start
wait_for_start()
print(warm(top=int(sys.argv[1]), rate=float(sys.argv[2])))
"""


@pytest.fixture
def addresses(transactional_db: None) -> Sequence[str]:
    seed_shop(products=PRODUCTS, seed=1, progress=lambda present: None)
    rows = Product.objects.filter(is_published=True).values_list("slug", "id")
    return [f"/p/{slug}-{product_id}/" for slug, product_id in rows]


@pytest.mark.timeout(600)
def test_while_the_caches_are_warmed_visitors_wait_at_most_twice_as_long(
    addresses: Sequence[str], private_valkey: Callable[..., EmbeddedValkey], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both times the caches are empty at the beginning."""
    valkey = private_valkey(max_memory="512mb")
    with (
        running_web(redis_url=valkey.url, namespace=NAMESPACE) as web,
        waiting_warm_up(redis_url=valkey.url) as go,
        Redis.from_url(valkey.url) as redis,
    ):
        with visiting(web, addresses[:50]):
            time.sleep(1)
        redis.flushdb()
        with visiting(web, addresses) as before:
            time.sleep(QUIET_S)
        redis.flushdb()
        with visiting(web, addresses) as meanwhile:
            said = go()

    with capsys.disabled():
        print(f"\nbefore: {before}; meanwhile: {meanwhile}; {said}")  # noqa: T201  figures
    assert before.wrong == meanwhile.wrong == []
    assert meanwhile.within_ms(PERCENT) <= SLOWER * before.within_ms(PERCENT) + LUCK_MS


@contextmanager
def waiting_warm_up(*, redis_url: str) -> Iterator[Callable[[], str]]:
    """A process that has started, which takes its own while, and warms the caches when told to; what it says then."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "CACHE_NAMESPACE": NAMESPACE,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
    }
    with lined_up([["-c", WARM_UP, str(PRODUCTS), str(RATE)]], environment=environment) as (process,):

        def go() -> str:
            start([process])
            told, _ = process.communicate()
            return told.strip()

        yield go
