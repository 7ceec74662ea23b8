"""A web process ends: asked to, it sends what views wait in it or says how many it lost, whoever takes the signal."""

import ctypes
import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis

from shop.caching.keys import BufferKeys
from shop.caching.redis_buffer import RedisBuffer
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import Web, running_web
from tests.goods import Goods

# The web server ends within a tenth of a second.
ENDS_WITHIN_S, SLEEPS_ON_S = 20.0, 2.0
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


def hand_sigterm_to_another_thread(web: Web) -> None:
    """To one of the process that answers, but not to its main thread, as the kernel may do with `kill`."""
    (answering,) = psutil.Process(web.process.pid).children()
    tasks = Path(f"/proc/{answering.pid}/task")
    runtime = next(task for task in tasks.iterdir() if (task / "comm").read_text().startswith("tokio"))
    assert int(runtime.name) != answering.pid
    assert ctypes.CDLL(None).tgkill(answering.pid, int(runtime.name), signal.SIGTERM) == 0


@pytest.mark.parametrize("wakes", [True, False], ids=["woken", "control"])
def test_a_signal_that_another_thread_takes_ends_the_process_as_well(
    valkey: EmbeddedValkey, goods: Goods, *, wakes: bool
) -> None:
    with running_web(redis_url=valkey.url, linger=LINGER_S, namespace=NAMESPACE, wakes=wakes) as web:
        web.post(f"/api/products/{goods.id}/views", {})

        hand_sigterm_to_another_thread(web)

        if wakes:
            web.process.wait(timeout=ENDS_WITHIN_S)
            assert pending(valkey) == 1
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                web.process.wait(timeout=SLEEPS_ON_S)
            web.kill()
