"""A larder on each store, and larders whose scripts have a part taken out; a buffer of each kind."""

import os
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from tests.contracts.buffers import buffer, buffer_keys, make_buffer, redis_buffer
from tests.contracts.ears import Ears, listening
from tests.contracts.larders import MAKERS, Larder, forget, redis_store
from tests.contracts.transports import line, pair

__all__ = [
    "buffer",
    "buffer_keys",
    "larder",
    "larder_with",
    "line",
    "make_buffer",
    "pair",
    "redis",
    "redis_buffer",
]


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(params=MAKERS)
def larder(request: pytest.FixtureRequest, redis: Redis) -> Iterator[Larder]:
    made = Larder(MAKERS[request.param](redis))
    yield made
    forget(redis, made.prefix)


@pytest.fixture
def ears(larder: Larder, redis: Redis) -> Iterator[Ears]:
    """What the larder's store tells."""
    with listening(larder.store, larder.channel, redis) as heard:
        yield heard


@pytest.fixture
def larder_with(redis: Redis) -> Iterator[Callable[[Callable[[str], str]], Larder]]:
    """For the controls: a larder on the real server, with scripts of the test's choice."""
    made: list[Larder] = []

    def make(scripts: Callable[[str], str]) -> Larder:
        made.append(Larder(redis_store(redis, scripts=scripts)))
        return made[-1]

    yield make
    for larder in made:
        forget(redis, larder.prefix)
