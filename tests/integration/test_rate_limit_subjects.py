"""For whom a call counts, and that nobody can choose it; and what it costs to find out."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from redis import Redis

from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.visitors.api_key_text import new_key
from shop.visitors.api_keys import MadeKey
from shop.visitors.rate_limits.guarded_window import GuardedWindow
from shop.visitors.rate_limits.limiter import RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.policies import WRITES, RateLimit
from shop.visitors.rate_limits.redis_window import RedisWindow
from shop.visitors.rate_limits.registry import RATE_LIMITS
from tests.goods import Goods
from tests.integration.api_keys import bearer, key_of
from tests.integration.counted_commands import counted, own_redis
from tests.integration.lost_database import lost_database
from tests.integration.rate_limited import limits_on, lowered

__all__ = ["limits_on", "lowered", "own_redis"]

Lower = Callable[[RateLimit, int], None]
SALE = {"name": "Plums", "product_ids": [], "percent_off": 10}
# What a script calls is counted by the server too.
INSIDE_SCRIPTS = {"time", "llen", "lindex", "rpush", "pexpire"}


@pytest.fixture
def key(goods: Goods) -> MadeKey:
    return key_of(User.objects.create_superuser("keeper"))


def opened(authorization: str, *, client: Client | None = None) -> Any:
    """A call that needs a staff key, and is wrong otherwise."""
    client = client or Client(raise_request_exception=False)
    headers = {"Authorization": authorization} if authorization else {}
    return client.post("/api/flash-sales", json.dumps(SALE), content_type="application/json", headers=headers)


def put(client: Client, goods: Goods) -> int:
    body = json.dumps({"quantity": 1})
    return client.put(f"/api/cart/items/{goods.id}", body, content_type="application/json").status_code


def left(answer: Any) -> int:
    return int(answer["RateLimit"].split(";")[1].removeprefix("r="))


def test_a_key_counts_for_itself_wherever_it_is_used(key: MadeKey, limits_on: None) -> None:
    other = key_of(key.row.owner, name="another robot")

    lefts = [left(opened(bearer(key), client=Client(REMOTE_ADDR=f"198.51.100.{n}"))) for n in range(3)]

    assert lefts == [99, 98, 97]
    assert left(opened(bearer(other))) == 99


def test_a_key_that_is_wrong_counts_for_the_address(key: MadeKey, limits_on: None, lowered: Lower) -> None:
    lowered(WRITES, 4)
    of_the_same_name = f"Bearer lk_{key.row.prefix}_{'x' * 43}"
    invented = [f"Bearer {new_key().whole}" for _ in range(2)]

    answers = [opened(wrong) for wrong in (of_the_same_name, *invented, "Basic eDp5", of_the_same_name)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]
    assert left(opened(bearer(key))) == 3


def test_a_revoked_key_counts_for_the_address(key: MadeKey, limits_on: None) -> None:
    opened(bearer(key))
    key.row.revoked_at = key.row.made_at
    key.row.save()

    assert [left(opened(bearer(key))), left(opened(""))] == [99, 98]


def test_a_user_counts_for_themselves_wherever_they_log_in(goods: Goods, limits_on: None, lowered: Lower) -> None:
    lowered(WRITES, 2)
    ann, bob = (User.objects.create_user(name) for name in ("ann", "bob"))
    at_home, on_the_way, of_bob = Client(), Client(REMOTE_ADDR="198.51.100.7"), Client()
    for client, user in ((at_home, ann), (on_the_way, ann), (of_bob, bob)):
        client.force_login(user)

    assert [put(client, goods) for client in (at_home, on_the_way, at_home, of_bob)] == [200, 200, 429, 200]


def test_a_user_who_is_let_in_no_more_counts_for_the_address(goods: Goods, limits_on: None, lowered: Lower) -> None:
    """By the old cookie, of which the shop has as many as there were logins."""
    lowered(WRITES, 2)
    ann = User.objects.create_user("ann")
    home, guest = Client(), Client()
    home.force_login(ann)
    assert put(home, goods) == 200
    with announced_changes():
        User.objects.filter(pk=ann.pk).update(is_active=False)

    assert [put(client, goods) for client in (guest, guest, home)] == [200, 200, 429]


def test_a_wrong_key_gets_nobody_out_of_their_window(goods: Goods, limits_on: None) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("ann"))

    lefts = [left(opened(shown, client=client)) for shown in ("", f"Bearer {new_key().whole}", "Basic eDp5")]

    assert lefts == [99, 98, 97]


def test_while_the_database_is_away_limits_hold_and_a_key_counts_for_its_address(
    key: MadeKey, limits_on: None, lowered: Lower
) -> None:
    lowered(WRITES, 2)
    opened(bearer(key))
    with lost_database():
        answers = [opened(bearer(key)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 429]
    assert RATE_LIMITS.figures.unnamed == 3
    assert left(opened(bearer(key))) == 0


def test_guests_count_for_their_address_whatever_they_send(goods: Goods, limits_on: None, lowered: Lower) -> None:
    lowered(WRITES, 2)
    guest, other, forger = Client(), Client(), Client()
    forger.cookies["sessionid"] = "x" * 32

    assert [put(client, goods) for client in (guest, other, forger, guest)] == [200, 200, 429, 429]
    assert put(Client(REMOTE_ADDR="198.51.100.7"), goods) == 200


def test_a_header_that_claims_an_address_counts_only_behind_a_proxy_of_ours(
    goods: Goods, limits_on: None, lowered: Lower, settings: Settings
) -> None:
    lowered(WRITES, 2)

    def statuses() -> list[int]:
        return [put(Client(headers={"X-Forwarded-For": f"1.1.1.1, 203.0.113.{n}"}), goods) for n in range(4)]

    assert statuses() == [200, 200, 429, 429]
    settings.TRUSTED_PROXIES = 1
    assert statuses() == [200] * 4
    settings.TRUSTED_PROXIES = 2
    assert statuses() == [200, 200, 429, 429]


@pytest.fixture
def own_log(own_redis: Redis, limits_on: None) -> Redis:
    """The private Valkey below the caches, and below the limiter as well."""
    ground = REGISTRY.ground()
    limiter = RateLimiter(
        shared=GuardedWindow(RedisWindow(client=own_redis), breaker=ground.breaker),
        local=partial(MemoryWindow, clock=ground.clock),
        keys=ground.keys,
        figures=RATE_LIMITS.figures,
    )
    RATE_LIMITS.wire(lambda: limiter)
    return own_redis


def test_a_read_of_the_api_costs_one_round_trip_more_and_no_query(goods: Goods, own_log: Redis) -> None:
    connection.cursor().execute("UPDATE catalog_relatedproducts SET product_ids = '{}'")
    goods.jams.products.exclude(pk=goods.id).delete()
    client = Client()
    client.force_login(User.objects.create_user("ann"))
    for _ in range(2):
        client.get(f"/api/products/{goods.id}")

    with counted(own_log) as commands, CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/api/products/{goods.id}")

    assert left(answer) == 5997
    assert len(queries) == 0
    asked = {name: count for name, count in commands.items() if name not in INSIDE_SCRIPTS}
    assert asked == {"mget": 1, "evalsha": 1}
    assert "Cookie" not in answer.get("Vary", "")


def test_a_page_costs_what_it_did(goods: Goods, own_log: Redis) -> None:
    client = Client()
    for _ in range(2):
        client.get("/")

    with counted(own_log) as commands:
        client.get("/")

    assert "evalsha" not in commands


@pytest.mark.parametrize("wrong", [False, True])
def test_a_key_is_looked_up_once_a_request(key: MadeKey, limits_on: None, wrong: bool) -> None:
    shown = f"Bearer {new_key().whole}" if wrong else bearer(key)
    opened(shown)

    with CaptureQueriesContext(connection) as queries:
        assert opened(shown).status_code == (401 if wrong else 422)

    assert sum("visitors_apikey" in query["sql"] for query in queries) == 1
