"""A Valkey that is out of memory, and has nothing to evict, still takes what changes an entry.

A script that begins with a DEL runs all the same: so no write is lost, and no old value stays, for want of memory.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from redis import Redis

from shop.caching.messages import changes
from shop.caching.redis_store import script_text
from shop.caching.store import FillAnswer, LeaseAnswer, PutAnswer, Slid, StoreError, Use
from shop.embedded.valkey import EmbeddedValkey
from tests.contracts.ears import listening
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, Larder, redis_store, value


@pytest.fixture
def full(private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Callable[[Callable[[str], str]], Larder]]:
    """A larder on a server that is full; jam is stored and leased, at version 7."""

    def make(scripts: Callable[[str], str]) -> Larder:
        valkey = private_valkey()
        larder = Larder(redis_store(clients.enter_context(Redis.from_url(valkey.url)), scripts=scripts))
        larder.load(value(7))
        assert larder.ask("mine").answer is LeaseAnswer.GRANTED
        valkey.refuse_writes()
        return larder

    with ExitStack() as clients:
        yield make


def lease_stays(name: str) -> str:
    """Without the DEL at the beginning; fills keep it, for the test's own entry."""
    return script_text(name).replace("redis.call('DEL', KEYS[n + i])", "") if name != "fill" else script_text(name)


def test_a_put_is_stored(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(script_text)

    assert larder.put(value(8)) is PutAnswer.STORED
    assert larder.entry() == value(8)


def test_a_fill_is_stored(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(script_text)

    assert larder.fill(value(8), "mine") is FillAnswer.STORED
    assert larder.entry() == value(8)


def test_an_invalidation_ends_the_old_value(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(script_text)

    larder.invalidate(8)

    assert larder.entry() != value(7)


def test_a_use_is_noted(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(script_text)

    for before in (0, WRITTEN_MS):
        slid = larder.store.slide(
            [larder.key()], use_key="used", now_ms=WRITTEN_MS, idle_ms=MINUTE_MS, kept_ms=MINUTE_MS
        )
        assert slid == Slid([value(7)], Use(before, 0))


def test_whoever_listens_is_told(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(script_text)
    redis = larder.store._writes  # type: ignore[attr-defined]

    with listening(larder.store, larder.channel, redis) as ears:
        larder.fill(value(8), "mine")
        larder.invalidate(9)

        assert ears() == [changes([(larder.key(), version)]) for version in (8, 9)]


def test_control_scripts_that_begin_with_a_set_are_refused(full: Callable[[Callable[[str], str]], Larder]) -> None:
    larder = full(lease_stays)

    with pytest.raises(StoreError, match="OutOfMemory"):
        larder.put(value(8))
    with pytest.raises(StoreError, match="OutOfMemory"):
        larder.invalidate(8)
