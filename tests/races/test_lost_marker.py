"""The marker of a retired database id is lost, since Redis restarted empty, before some process has seen it."""

from collections.abc import Callable

import pytest
from django.db import connection
from redis import Redis

from catalog.loaders import load_prices
from shop.caching.keys import KeySpace
from shop.embedded.valkey import EmbeddedValkey
from shop.events.identity import database_id
from shop.wiring import renewing
from tests.races.ground import Scene


@pytest.mark.parametrize("renews", [True, False], ids=["asks at each connection", "control: asks once"])
def test_a_process_that_missed_the_marker_uses_the_new_id_after_redis_has_restarted(
    product_id: int, private_valkey: Callable[..., EmbeddedValkey], renews: bool
) -> None:
    valkey = private_valkey()
    client = Redis.from_url(valkey.url)
    scene = Scene(redis=client)
    scene.keys = KeySpace(namespace=scene.namespace, database_id=database_id)
    if renews:
        renewing(client, scene.keys)
    process = scene.process()
    process.get(product_id, load=load_prices)

    old_id = database_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT larder_reset('restore')")
    scene.store.mark(scene.keys.retired(old_id))
    valkey.kill()
    valkey.start()
    valkey.wait_until_ready()
    process.get(product_id, load=load_prices)
    process.get(product_id, load=load_prices)

    stored = {key.decode().split(":")[1] for key in client.scan_iter(f"{scene.namespace}:*")}
    assert (database_id() in stored) is renews
