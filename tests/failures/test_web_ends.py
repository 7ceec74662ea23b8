"""A web process ends while views wait in it: asked to, it sends them, or says how many it lost."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import Web, running_web
from tests.goods import Goods

# Longer than any test: what waits is sent at the end, or never.
LINGER_S = 3600.0
VIEWS = 4
NAMESPACE = f"ends-{secrets.token_hex(4)}"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    return private_valkey()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


@pytest.fixture
def web(valkey: EmbeddedValkey, goods: Goods, log: Path) -> Iterator[Web]:
    """It has recorded VIEWS, and sent none."""
    with running_web(redis_url=valkey.url, linger=LINGER_S, namespace=NAMESPACE, log=log) as started:
        views = [started.post(f"/api/products/{goods.id}/views", {}).json for _ in range(VIEWS)]
        assert views == [{"view": "waiting"}] * VIEWS
        yield started


def pending(valkey: EmbeddedValkey) -> int:
    with Redis.from_url(valkey.url) as redis:
        return RedisBuffer(client=redis, keys=BufferKeys(f"{NAMESPACE}:{{views}}")).held().pending


def stop(web: Web) -> None:
    web.process.terminate()
    assert web.process.wait(timeout=20) == 0


def test_a_web_process_that_is_stopped_sends_what_waits(web: Web, valkey: EmbeddedValkey) -> None:
    assert pending(valkey) == 0

    stop(web)

    assert pending(valkey) == VIEWS


def test_where_redis_is_away_it_says_in_its_log_how_much_is_lost(web: Web, valkey: EmbeddedValkey, log: Path) -> None:
    valkey.kill()

    stop(web)

    assert f"views: {VIEWS} increments of this process are lost" in log.read_text()


def test_control_what_waits_in_a_process_that_is_killed_is_lost(web: Web, valkey: EmbeddedValkey) -> None:
    web.kill()

    assert pending(valkey) == 0
