"""Readiness that waits for a warm-up, once, and for nothing that may never come."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from redis import Redis

from analytics.warming import Warmed, is_warm, warm
from shop.backstage.health import WarmthSeen
from shop.caching.registry import REGISTRY
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.counted_commands import own_redis
from tests.integration.popular_goods import FAST, popular

__all__ = ["own_redis", "popular"]


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has not seen the caches warm."""
    monkeypatch.setattr(WarmthSeen, "complete", False)


def readiness(client: Client) -> tuple[int, Any]:
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()["checks"].get("warm")


@pytest.fixture
def waits_for_warmth(settings: Settings, forgetful: None) -> None:
    settings.WARM_BEFORE_READY = True


def test_a_process_is_ready_once_the_caches_are_warm_and_stays_so(
    visitor: Client, popular: Sequence[int], own_redis: Redis, waits_for_warmth: None
) -> None:
    cold = readiness(visitor)
    warm(top=5, rate=FAST)
    ready = readiness(visitor)
    own_redis.flushdb()

    assert cold == (503, {"ok": False, "detail": "waits for manage.py warm_cache"})
    assert ready == (200, {"ok": True, "detail": "warm"})
    assert readiness(visitor) == ready, "who serves goes on serving"


def test_a_new_process_waits_again_after_redis_was_emptied_and_after_a_restore(
    visitor: Client, popular: Sequence[int], own_redis: Redis, waits_for_warmth: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lose in (own_redis.flushdb, restore):
        warm(top=5, rate=FAST)
        assert is_warm()
        lose()
        monkeypatch.setattr(WarmthSeen, "complete", False)
        assert readiness(visitor)[0] == 503


def test_a_warm_up_that_a_restore_overtakes_leaves_no_mark_for_the_new_database(
    popular: Sequence[int], own_redis: Redis
) -> None:
    """What was filled before is of the old one."""
    told: list[Warmed] = []

    def restore_after_the_first_batch(warmed: Warmed) -> None:
        if not told:
            restore()
        told.append(warmed)

    warm(top=30, rate=FAST, progress=restore_after_the_first_batch)

    assert len(told) == 2
    assert not is_warm()
    warm(top=30, rate=FAST)
    assert is_warm()


def restore() -> None:
    run_sql("SELECT larder_reset('restore')")
    REGISTRY.ground().keys.renew()


def test_a_redis_that_is_away_is_not_waited_for(visitor: Client, lost_redis: None, waits_for_warmth: None) -> None:
    status, check = readiness(visitor)

    assert status == 200
    assert check["ok"]
    assert "not waited for" in check["detail"]


def test_nobody_waits_who_was_not_told_to(visitor: Client, goods: Goods, forgetful: None) -> None:
    assert readiness(visitor) == (200, None)
