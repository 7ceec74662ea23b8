"""Open streams of order pages, on the real web server: they never take the threads that others need."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from cart.models import Order
from shop.embedded.valkey import EmbeddedValkey
from shop.storefront.pages.order_events import AT_ONCE
from shop.visitors.session_engine import SessionStore
from tests.failures.web import Web, running_web, until
from tests.goods import Goods

WATCHERS = 24
# A page beside open streams: an idle machine needs milliseconds.
SOON_S = 2.0


@pytest.fixture
def web(goods: Goods, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Web]:
    with running_web(redis_url=private_valkey().url, threads=WATCHERS // 3) as web:
        yield web


@pytest.fixture
def watched(goods: Goods) -> tuple[str, str]:
    """The events of an order, and the cookie of the guest whose it is."""
    session = SessionStore()
    session["guest"] = "ann"
    session.save()
    order = Order.objects.create(
        id=uuid4(), number=1, guest="ann", email="a@example.org", name="Ann", address="", total=1, currency="EUR"
    )
    return f"/orders/{order.pk}/events/", f"sessionid={session.session_key}"


def open_stream(web: Web, watched: tuple[str, str], stack: ExitStack) -> bytes:
    """The first line that comes; the stream stays open until the stack ends."""
    address, cookie = watched
    connection = http.client.HTTPConnection(urlsplit(web.url).netloc, timeout=20)
    stack.callback(connection.close)
    connection.request("GET", address, headers={"Cookie": cookie})
    return connection.getresponse().readline()


def test_many_who_watch_their_orders_keep_nobody_from_the_shop(web: Web, watched: tuple[str, str]) -> None:
    with ExitStack() as stack:
        first_lines = [open_stream(web, watched, stack) for _ in range(WATCHERS)]

        started = perf_counter()
        for _ in range(10):
            assert web.get("/about/").status == 200
        took = perf_counter() - started

    assert first_lines.count(b"retry: 300\n") == AT_ONCE
    assert first_lines.count(b"retry: 3000\n") == WATCHERS - AT_ONCE
    assert took < SOON_S


def test_whoever_goes_away_leaves_the_place_to_the_next(web: Web, watched: tuple[str, str]) -> None:
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            assert open_stream(web, watched, stack) == b"retry: 300\n"
        assert open_stream(web, watched, stack) == b"retry: 3000\n"

    def has_a_place() -> bool:
        with ExitStack() as stack:
            return open_stream(web, watched, stack) == b"retry: 300\n"

    until(has_a_place, within=5)
