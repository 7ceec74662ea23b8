"""What is under our keys and not written by us is never shown, and makes neither a read nor a write fail."""

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest
from redis import Redis

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.operations import change_price
from catalog.price_cache import PRICE_CACHE, PRICE_POLICY
from shop.caching.entry import VALUE, pack
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from tests.goods import Goods
from tests.integration.cached_prices import REGULAR, amount, read, version

OLD_MS = 1_700_000_000_000
GARBAGE = {
    "nothing at all": b"",
    "a word": b"garbage",
    "a version and no more": b"%020d" % 42,
    "bytes that are no text": b"\xff" * 64,
    "an entry of an unknown kind": b"%020d%013dx{}" % (42, OLD_MS),
    "a version beyond a bigint": b"9" * 33 + VALUE + b"{}",
}


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


def key_of(product_id: int) -> str:
    return REGISTRY.ground().keys.entries(PRICE_POLICY, [product_id])[0]


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_not_shown_and_fails_no_read_and_no_write(goods: Goods, redis: Redis, garbage: bytes) -> None:
    redis.set(key_of(goods.id), garbage, ex=60)

    before = read(goods.id)
    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)

    assert before.status is Status.MISS
    assert before.value is not None
    assert before.value.amount == Decimal("3.20")
    assert amount(goods.id) == Price.objects.get(pk=goods.id).amount == Decimal("7.77")


def test_garbage_under_one_key_leaves_the_others_of_the_same_read_alone(goods: Goods, redis: Redis) -> None:
    redis.set(key_of(goods.id), b"garbage", ex=60)

    first = PRICE_CACHE.get_many(goods.ids[:3], load=load_prices)
    second = PRICE_CACHE.get_many(goods.ids[:3], load=load_prices)

    assert [result.status for result in first.values()] == [Status.MISS] * 3
    assert [result.status for result in second.values()] == [Status.HIT] * 3


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'{"product_id": "seven"}', b"\xff"])
def test_an_entry_whose_payload_does_not_fit_is_replaced_by_the_next_reader(
    goods: Goods, redis: Redis, payload: bytes
) -> None:
    broken = pack(version=version(goods.id), written_ms=OLD_MS, kind=VALUE, payload=payload)
    redis.set(key_of(goods.id), broken, ex=60)

    statuses = [read(goods.id).status for _ in range(2)]

    assert statuses == [Status.MISS, Status.HIT]
    assert amount(goods.id) == Decimal("3.20")


def test_a_key_of_another_type_fails_no_read_and_no_write(goods: Goods, redis: Redis) -> None:
    redis.delete(key_of(goods.id))
    redis.hset(key_of(goods.id), "a", "b")
    redis.expire(key_of(goods.id), 60)

    before = amount(goods.id)
    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)
    after = amount(goods.id)
    redis.delete(key_of(goods.id))

    assert (before, after) == (Decimal("3.20"), Decimal("7.77"))
