"""A Redis that refuses every connection, for as long as a test lasts."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from analytics.view_buffer import VIEW_BUFFER
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground
from tests.goods import Goods


@pytest.fixture
def lost_redis(goods: Goods, settings: Settings) -> Iterator[None]:
    found = settings.CACHES
    settings.CACHES = {
        alias: {**cache, "LOCATION": "redis://127.0.0.1:1/0?socket_connect_timeout=0.1"}
        for alias, cache in found.items()
    }
    REGISTRY.wire(make_ground)
    yield
    # What waits in this process would be sent into the next test.
    settings.CACHES = found
    REGISTRY.wire(make_ground)
    assert VIEW_BUFFER.send()
