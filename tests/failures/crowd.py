"""A process full of callers who all want the same product at once: `python -m tests.failures.crowd '{...}'`.

Its argument is JSON: `product_id`; `threads`; `load_seconds`; `counter`, the Redis key that counts loads;
`kill_at_load`, the load that kills its own process with -9 in the middle (0 for none); `leases`, false for the control
in which every process is granted one. It prints "ready", starts when a line comes on its standard input, and prints
what it saw as JSON.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  Django must be set up first
from redis import Redis  # noqa: E402

from catalog.loaders import load_products  # noqa: E402
from catalog.product_cache import PRODUCT_CACHE, PRODUCT_POLICY  # noqa: E402
from catalog.snapshots import ProductSnapshot  # noqa: E402
from shop.caching.entry import Versioned  # noqa: E402
from shop.caching.redis_store import RedisStore, script_text  # noqa: E402
from shop.caching.registry import REGISTRY  # noqa: E402
from tests.races.ground import Without  # noqa: E402
from tests.starting_line import StartingLine  # noqa: E402

# A load that is late on a busy machine is still the one that all wait for.
WAIT_LIMIT_S = 12.0
EVERYBODY_GETS_A_LEASE = Without({"lease": [("'NX', 'PX'", "'PX'")]})


def main(plan: Mapping[str, Any]) -> dict[str, list[Any]]:
    counter = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=10, max_connections=500)
    waits: list[float] = []
    names: list[str | None] = []
    line = StartingLine(plan["threads"])
    # Hundreds of threads on two cores may well keep Redis's answer waiting; time-outs are another test's business.
    scripts = script_text if plan["leases"] else EVERYBODY_GETS_A_LEASE
    ground = replace(REGISTRY.ground(), store=RedisStore(reads=counter, writes=counter, text_of=scripts))
    REGISTRY.wire(lambda: ground)
    object.__setattr__(PRODUCT_POLICY, "wait_limit", WAIT_LIMIT_S)

    def load(ids: Sequence[int]) -> Mapping[int, Versioned[ProductSnapshot]]:
        turn = counter.incr(plan["counter"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [plan["load_seconds"]])
        if turn == plan["kill_at_load"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return load_products(ids)

    def caller() -> None:
        REGISTRY.ground().store.read(["warm the connection up"])
        line.wait()
        started = time.perf_counter()
        value = PRODUCT_CACHE.get(plan["product_id"], load=load).value
        waits.append(time.perf_counter() - started)
        names.append(value.name if value else None)
        connection.close()

    line.run([threading.Thread(target=caller) for _ in range(plan["threads"])])
    return {"waits": waits, "names": names}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))  # noqa: T201  the parent reads it
