"""A write of one row of stock: through its cache, and with less than that.

    bare UPDATE     psycopg: BEGIN, UPDATE, COMMIT, and no cache; triggers raise the version and write the change log
    UPDATE and SET  the same, and redis-py's SET of the entry's bytes: no second read, no fence, no metrics
    Django          the same UPDATE in `transaction.atomic`, and no cache
    larder          the same UPDATE in `STOCK_CACHE.writing`

The four take turns in short rounds, each on a row of its own; each figure is the median. The bench's server does not
wait for its disk at a commit: on one that does, the database's part is longer and the ratio smaller.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db import connection, transaction
from psycopg import Connection
from redis import Redis
from rich.console import Console
from rich.table import Table

from catalog.models import Product
from inventory.operations import receive
from inventory.stock_cache import STOCK_CACHE
from shop.caching.registry import REGISTRY
from shop.caching.write_through import Outcome
from tests.bench.turns import medians, turn

ROUNDS: Final = 60
CALLS: Final = 20
WAYS: Final = ("bare UPDATE", "UPDATE and SET", "Django", "larder")
UPDATE: Final = "UPDATE inventory_stock SET on_hand = on_hand + 1 WHERE product_id = %s"


def print_write_through(console: Console, *, rounds: int = ROUNDS) -> None:
    product_ids = list(Product.objects.values_list("pk", flat=True).order_by("pk")[: len(WAYS)])
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        times = measure(product_ids, client, rounds=rounds)
    table = Table(title="A write of one row of stock, one process")
    for heading in ("way", "us a write", "times a bare UPDATE", "times UPDATE and SET"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, microseconds in times.items():
        ratios = (microseconds / times["bare UPDATE"], microseconds / times["UPDATE and SET"])
        table.add_row(name, f"{microseconds:.0f}", f"{ratios[0]:.2f}", f"{ratios[1]:.2f}")
    console.print(table)
    console.print("Larder asks five times: the write, its commit, the database's id, the row as committed, the put.\n")


@contextmanager
def psycopg_connection() -> Iterator[Connection]:
    """To the database of the shop, with its session's settings, in autocommit as Django's own."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "options")
    with Connection.connect(**{name: parameters[name] for name in names if parameters.get(name)}) as made:
        made.autocommit = True
        yield made


def in_django(product_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [product_id])


def django(product_id: int) -> None:
    with transaction.atomic():
        in_django(product_id)


def larder(product_id: int) -> None:
    with STOCK_CACHE.writing(product_id) as write:
        in_django(product_id)
    assert write.outcome is Outcome.PUT


def measure(product_ids: Sequence[int], client: Redis, *, rounds: int = ROUNDS) -> dict[str, float]:
    """Microseconds a write, by way; there are as many products as ways."""
    for product_id in product_ids:
        receive(product_id=product_id, quantity=1, reason="bench")
    keys = dict(zip(product_ids, REGISTRY.ground().keys.entries(STOCK_CACHE.policy, product_ids), strict=True))
    (entry,) = client.mget([keys[product_ids[0]]])
    assert entry, "receiving goods has put their stock into the cache"
    with psycopg_connection() as bare:

        def update(product_id: int) -> None:
            with bare.transaction():
                bare.execute(UPDATE, [product_id])

        def update_and_set(product_id: int) -> None:
            update(product_id)
            client.set(keys[product_id], entry, px=STOCK_CACHE.policy.kept_ms)

        each = zip(WAYS, (update, update_and_set, django, larder), product_ids, strict=True)
        ways = {name: partial(way, product_id) for name, way, product_id in each}
        return medians([turn(ways, calls=CALLS) for _ in range(rounds)])
