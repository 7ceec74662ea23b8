"""A shop opens with cold caches, while a warm-up runs and visitors come in: every part of a product is loaded once."""

import json
import os
import secrets
from collections import Counter
from collections.abc import Sequence

import pytest
from redis import Redis

from analytics.warming import PARTS
from catalog.models import Product
from catalog.seeding.run import seed_shop
from tests.own_database import database_url
from tests.starting_line import lined_up, start

FULL = os.environ.get("FULL") == "1"
PRODUCTS = 2000 if FULL else 150
# One warms, and in each of the others so many threads visit.
PROCESSES = 3
THREADS = 8


@pytest.fixture
def product_ids(transactional_db: None) -> Sequence[int]:
    """In the order of popularity: nobody has looked at any, so the newest come first."""
    seed_shop(products=PRODUCTS, seed=1, progress=lambda present: None)
    return list(Product.objects.filter(is_published=True).order_by("-id").values_list("id", flat=True))


def open_the_shop(product_ids: Sequence[int], *, leases: bool = True) -> Counter[str]:
    """How often each part of each product was loaded."""
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    run = secrets.token_hex(6)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "CACHE_NAMESPACE": f"cold-{run}",
        "DJANGO_SETTINGS_MODULE": "shop.settings",
    }
    counter = f"loads-{run}"
    plan = {"product_ids": list(product_ids), "threads": THREADS, "counter": counter, "leases": leases}
    roles = ["warm", *["visit"] * (PROCESSES - 1)]
    commands = [["-m", "tests.failures.cold_starter", json.dumps(plan | {"role": role})] for role in roles]
    with lined_up(commands, environment=environment) as processes:
        start(processes)
        assert [process.wait(timeout=120) for process in processes] == [0] * PROCESSES
    loads = Counter({str(name): int(number) for name, number in redis.hgetall(counter).items()})
    for key in (counter, *redis.scan_iter(f"cold-{run}:*")):
        redis.delete(key)
    redis.close()
    return loads


@pytest.mark.timeout(300)
def test_a_cold_start_sends_one_query_for_each_part_of_a_product_at_most(product_ids: Sequence[int]) -> None:
    loads = open_the_shop(product_ids)

    assert len(loads) == len(product_ids) * len(PARTS) + 1, "and the tree of categories"
    assert {name: number for name, number in loads.items() if number > 1} == {}


@pytest.mark.timeout(300)
def test_control_without_leases_processes_load_what_others_are_loading(product_ids: Sequence[int]) -> None:
    loads = open_the_shop(product_ids, leases=False)

    assert max(loads.values()) > 1
