"""A process that begins with cold caches: `python -m tests.failures.cold_starter '{...}'`.

Its argument is JSON: `role`, "warm" for a warm-up and "visit" for visitors who look at every product's page;
`product_ids`; `threads`, how many visitors; `counter`, the Redis hash in which each load of each part is counted;
`leases`, false for the control in which everybody is granted one. It prints "ready", and starts when a line comes on
its standard input.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  Django must be set up first
from redis import Redis  # noqa: E402

from analytics import queries as analytics_queries  # noqa: E402
from analytics.views_cache import VIEWS_CACHE  # noqa: E402
from analytics.warming import warm  # noqa: E402
from catalog import lists, queries  # noqa: E402
from inventory.stock_cache import STOCK_CACHE  # noqa: E402
from shop.caching.ground import Loader  # noqa: E402
from shop.caching.redis_store import RedisStore, script_text  # noqa: E402
from shop.caching.registry import REGISTRY  # noqa: E402
from shop.storefront.product_page import product_page  # noqa: E402
from tests.failures.crowd import EVERYBODY_GETS_A_LEASE  # noqa: E402
from tests.starting_line import wait_for_start  # noqa: E402

LOADERS = {
    queries: ("load_products", "load_prices", "load_review_summaries", "load_related_products", "load_category_trees"),
    lists: ("load_products", "load_prices"),
    analytics_queries: ("load_also_bought",),
    STOCK_CACHE: ("_load",),
    VIEWS_CACHE: ("_load",),
}


def main(plan: Mapping[str, Any]) -> None:
    redis = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=10, max_connections=500)
    # On a busy machine Redis's answer may well be late; time-outs are another test's business.
    scripts = script_text if plan["leases"] else EVERYBODY_GETS_A_LEASE
    ground = replace(REGISTRY.ground(), store=RedisStore(reads=redis, writes=redis, text_of=scripts))
    REGISTRY.wire(lambda: ground)
    for holder, names in LOADERS.items():
        for name in names:
            setattr(holder, name, counted(getattr(holder, name), redis, plan["counter"]))
    ground.read([])
    wait_for_start()
    if plan["role"] == "warm":
        warm(top=len(plan["product_ids"]), rate=1_000_000)
        return
    visitors = [threading.Thread(target=visit, args=(plan["product_ids"],)) for _ in range(plan["threads"])]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()


def visit(product_ids: Sequence[int]) -> None:
    """Look at every product's page, the popular ones first, more or less."""
    order = sorted(enumerate(product_ids), key=lambda ranked: ranked[0] + random.uniform(0, 20))
    for _, product_id in order:
        product_page(product_id=product_id)
    connection.close()


def counted(load: Loader[Any], redis: "Redis", counter: str) -> Loader[Any]:
    name = load.__name__  # type: ignore[attr-defined]  # they are functions

    def counting(entry_ids: Sequence[int], /) -> Any:
        for entry_id in entry_ids:
            redis.hincrby(counter, f"{name}:{entry_id}", 1)
        return load(entry_ids)

    return counting


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
