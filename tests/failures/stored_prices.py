"""The prices that Redis has stored, looked at past every cache, and spoilt for a control."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

import redis
from django.db import connection

from catalog.price_cache import PRICE_CACHE
from catalog.snapshots import PriceSnapshot
from shop.caching.clock import SystemClock
from shop.caching.entry import VALUE, Versioned, kind_of, pack, payload_of, version_of, written_ms_of

IDS_A_TIME = 500
CLOCK = SystemClock()

Rows = Mapping[int, Versioned[PriceSnapshot]]


class StoredPrices:
    """The entries of these products, under this namespace."""

    def __init__(self, client: redis.Redis, *, namespace: str, product_ids: Sequence[int]) -> None:
        self._client = client
        self._namespace = namespace
        self._product_ids = product_ids

    def stale(self, rows: Rows) -> Iterator[str]:
        """What differs from the rows."""
        for product_id, entry in self._entries():
            row, amount = rows[product_id], json.loads(payload_of(entry))["amount"]
            if version_of(entry) < row.version or Decimal(amount) != row.value.amount:
                yield f"redis: {product_id} at {amount}"

    def seconds_left(self) -> list[float]:
        """For how much longer each entry is fresh by its TTL."""
        policy, now_ms = PRICE_CACHE.policy, CLOCK.now() * 1000
        return [
            (written_ms_of(entry) + policy.fresh_ms(entry_id=product_id, written_ms=written_ms_of(entry)) - now_ms)
            / 1000
            for product_id, entry in self._entries()
        ]

    def put_under_versions_of(self, rows: Rows) -> None:
        """Store again what is stored, under the versions of these rows: as a cache without a fence may."""
        now_ms = int(CLOCK.now() * 1000)
        for product_id, entry in list(self._entries()):
            forged = pack(version=rows[product_id].version, written_ms=now_ms, kind=VALUE, payload=payload_of(entry))
            self._client.set(self._keys([product_id])[0], forged, keepttl=True)

    def _entries(self) -> Iterator[tuple[int, bytes]]:
        """Those that are values."""
        for chunk in range(0, len(self._product_ids), IDS_A_TIME):
            ids = self._product_ids[chunk : chunk + IDS_A_TIME]
            entries = cast("list[bytes | None]", self._client.mget(self._keys(ids)))
            for product_id, entry in zip(ids, entries, strict=True):
                if entry is not None and kind_of(entry) == VALUE:
                    yield product_id, entry

    def _keys(self, ids: Sequence[int]) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT database_id FROM events_databaseidentity")
            (database,) = cursor.fetchone()
        policy = PRICE_CACHE.policy
        base = f"{self._namespace}:{database}:{policy.name}:{policy.schema}"
        return [f"{base}:{{{product_id}}}" for product_id in ids]
