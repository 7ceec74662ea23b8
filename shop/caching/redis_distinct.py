"""Distinct counts on Redis or Valkey: one HyperLogLog a set."""

from collections.abc import Callable, Sequence

from redis import Redis

from shop.caching.redis_store import store_errors


class RedisDistinct:
    """`key_of` makes a key of a set's name."""

    def __init__(self, *, client: Redis, key_of: Callable[[str], str]) -> None:
        self._client = client
        self._key_of = key_of

    def add(self, names: Sequence[str], member: str, *, kept_s: int) -> None:
        with store_errors(), self._client.pipeline(transaction=False) as commands:
            for key in map(self._key_of, names):
                commands.pfadd(key, member)
                commands.expire(key, kept_s)
            commands.execute()

    def count(self, names: Sequence[str]) -> list[int]:
        with store_errors(), self._client.pipeline(transaction=False) as commands:
            for name in names:
                commands.pfcount(self._key_of(name))
            return [int(number) for number in commands.execute()]
