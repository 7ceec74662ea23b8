"""Every method of the Redis store is one command, whatever the number of keys: counted by the server itself."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from redis import Redis

from shop.caching.redis_store import RedisStore
from shop.caching.store import Fill, Invalidation, Lease, Put
from shop.embedded.valkey import EmbeddedValkey
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, value

CHANNEL = "round-trip:changes"
KEYS = [f"round-trip:{{{number}}}" for number in range(24)]
# What the scripts themselves call is counted by the server too, under these names.
INSIDE_SCRIPTS = {"cmdstat_get", "cmdstat_set", "cmdstat_del", "cmdstat_getrange", "cmdstat_publish"}

CALLS: dict[str, Callable[[RedisStore], object]] = {
    "read": lambda store: store.read(KEYS),
    "lease": lambda store: store.lease([Lease(key, b"") for key in KEYS], token="t", lease_ms=MINUTE_MS),
    "fill": lambda store: store.fill([Fill(key, value(1), MINUTE_MS) for key in KEYS], token="t", channel=CHANNEL),
    "put": lambda store: store.put(
        [Put(key, value(1), MINUTE_MS) for key in KEYS], token="t", lease_ms=MINUTE_MS, tombstone_ms=MINUTE_MS
    ),
    "release": lambda store: store.release(KEYS, token="t"),
    "invalidate": lambda store: store.invalidate(
        [Invalidation(key, 1) for key in KEYS], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS, channel=CHANNEL
    ),
    "slide": lambda store: store.slide(
        KEYS, use_key="round-trip:used", now_ms=WRITTEN_MS, idle_ms=MINUTE_MS, kept_ms=MINUTE_MS, noted_ms=1
    ),
    "mark": lambda store: store.mark("round-trip:retired", channel=CHANNEL),
}


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[tuple[Redis, RedisStore]]:
    """A client that looks on, and a store whose connection is open and whose scripts the server knows."""
    server = private_valkey()
    with Redis.from_url(server.url) as onlooker, Redis.from_url(server.url) as client:
        store = RedisStore(reads=client, writes=client)
        for call in CALLS.values():
            call(store)
        yield onlooker, store


def commands(onlooker: Redis, call: Callable[[], object]) -> dict[str, int]:
    onlooker.config_resetstat()
    call()
    stats = onlooker.info("commandstats")
    return {name: int(stats[name]["calls"]) for name in stats if name != "cmdstat_config|resetstat"}


def test_each_method_is_one_command_for_24_keys(valkey: tuple[Redis, RedisStore]) -> None:
    onlooker, store = valkey

    sent = {name: commands(onlooker, partial(call, store)) for name, call in CALLS.items()}

    assert sent["slide"].pop("cmdstat_mget") == 1, "what the script itself reads"
    outside = {name: {k: v for k, v in counts.items() if k not in INSIDE_SCRIPTS} for name, counts in sent.items()}
    assert outside == {
        "read": {"cmdstat_mget": 1},
        "lease": {"cmdstat_evalsha": 1},
        "fill": {"cmdstat_evalsha": 1},
        "put": {"cmdstat_evalsha": 1},
        "release": {"cmdstat_evalsha": 1},
        "invalidate": {"cmdstat_evalsha": 1},
        "slide": {"cmdstat_evalsha": 1},
        "mark": {"cmdstat_evalsha": 1},
    }


def test_a_word_to_whoever_listens_is_one_command(valkey: tuple[Redis, RedisStore]) -> None:
    onlooker, store = valkey

    assert commands(onlooker, partial(store.tell, "empty", channel=CHANNEL)) == {"cmdstat_publish": 1}


def test_a_server_that_has_forgotten_the_scripts_is_told_them_again(valkey: tuple[Redis, RedisStore]) -> None:
    onlooker, store = valkey
    onlooker.script_flush()

    store.invalidate([Invalidation(KEYS[0], 9)], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS)

    assert store.read(KEYS[:1])[0] is not None
