"""A shopper's cart is the same whatever becomes of Valkey and of the web servers."""

import os
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from redis import Redis

from shop.embedded.valkey import EmbeddedValkey
from tests.failures.shopper import Shopper
from tests.failures.web import running_web, until
from tests.goods import Goods

NAMESPACE = "carts"
FULL = os.environ.get("FULL") == "1"
# Of a put that was lost, once the cache is back.
BOUND_S = 2.0 if FULL else 8.0

Fault = tuple[Callable[[EmbeddedValkey], None], Callable[[EmbeddedValkey], None]]


def restart(valkey: EmbeddedValkey) -> None:
    """With what it held: the old cart too."""
    valkey.start()
    valkey.wait_until_ready()


def flush(valkey: EmbeddedValkey) -> None:
    Redis.from_url(valkey.url).flushall()


FAULTS: dict[str, Fault] = {
    "flushed": (flush, lambda valkey: None),
    "stopped with SIGSTOP": (EmbeddedValkey.pause, EmbeddedValkey.resume),
    "killed with -9": (EmbeddedValkey.kill, restart),
    "answering errors": (EmbeddedValkey.answer_errors, EmbeddedValkey.answer_properly),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cart_is_the_same_through_an_outage_of_the_cache(
    goods: Goods, private_valkey: Callable[..., EmbeddedValkey], fault: str
) -> None:
    breaks, mends = FAULTS[fault]
    valkey = private_valkey(persistent=True)
    with (
        running_web(redis_url=valkey.url, namespace=NAMESPACE) as one,
        running_web(redis_url=valkey.url, namespace=NAMESPACE) as other,
    ):
        shopper = Shopper()
        assert shopper.put(one, goods.ids[0], 2) == {goods.ids[0]: 2}

        breaks(valkey)
        assert shopper.cart(other) == {goods.ids[0]: 2}
        during = shopper.put(one, goods.ids[1], 3)
        assert during == {goods.ids[0]: 2, goods.ids[1]: 3}
        assert shopper.cart(one) == during
        assert shopper.cart(other) == during

        mends(valkey)
        for web in (other, one, other):
            assert shopper.cart(web) == during
        afterwards = shopper.put(other, goods.ids[0], 1)
        assert afterwards == {goods.ids[0]: 1, goods.ids[1]: 3}
        assert shopper.cart(one) == afterwards


def test_another_browser_of_the_customer_sees_a_lost_put_soon_after_the_caches_return(
    goods: Goods, private_valkey: Callable[..., EmbeddedValkey]
) -> None:
    valkey = private_valkey(persistent=True)
    ann = User.objects.create_user("ann")
    with running_web(redis_url=valkey.url, namespace=NAMESPACE) as web:
        home, work = logged_in(ann), logged_in(ann)
        home.put(web, goods.id, 2)
        assert work.cart(web) == {goods.id: 2}

        valkey.kill()
        home.put(web, goods.id, 5)
        restart(valkey)

        assert home.cart(web) == {goods.id: 5}
        until(lambda: work.cart(web) == {goods.id: 5}, within=BOUND_S)


def test_a_cart_is_the_same_in_a_web_server_that_was_restarted_and_after_a_login_elsewhere(
    goods: Goods, private_valkey: Callable[..., EmbeddedValkey]
) -> None:
    valkey = private_valkey()
    ann = User.objects.create_user("ann")
    home = logged_in(ann)
    with running_web(redis_url=valkey.url, namespace=NAMESPACE) as web:
        home.put(web, goods.id, 2)
        web.kill()

    with running_web(redis_url=valkey.url, namespace=NAMESPACE) as web:
        assert home.cart(web) == {goods.id: 2}
        assert logged_in(ann).cart(web) == {goods.id: 2}


def logged_in(user: User) -> Shopper:
    client = Client()
    client.force_login(user)
    return Shopper(session=client.cookies["sessionid"].value)
