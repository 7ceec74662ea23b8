"""Connections on which nobody asks for anything, on the real web server: they keep nobody else out, and they end."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic
from urllib.parse import urlsplit

import pytest

from shop.embedded.ports import LOOPBACK
from shop.embedded.valkey import EmbeddedValkey
from shop.embedded.web import IDLE_MS
from tests.failures.web import Web, running_web
from tests.goods import Goods

# More than the server has threads for, many times.
KEPT = 300
FEWEST_KEPT = 100
# The first of them is still open then, and for as long as the page takes on an idle machine.
OPENING_S = IDLE_MS / 1000 - 1
# A page beside kept connections: an idle machine needs milliseconds.
SOON_S = 2.0
ENDS_S = IDLE_MS / 1000 + 5


@pytest.fixture
def web(goods: Goods, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Web]:
    with running_web(redis_url=private_valkey().url) as web:
        yield web


def port_of(web: Web) -> int:
    port = urlsplit(web.url).port
    assert port is not None
    return port


def kept(web: Web, stack: ExitStack) -> socket.socket:
    """What a browser leaves open after a page."""
    connection = http.client.HTTPConnection(LOOPBACK, port_of(web), timeout=ENDS_S)
    stack.callback(connection.close)
    connection.request("GET", "/health/live")
    connection.getresponse().read()
    assert isinstance(connection.sock, socket.socket)
    return connection.sock


def silent(web: Web, stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection((LOOPBACK, port_of(web)), timeout=ENDS_S))


@pytest.mark.parametrize("opened", [kept, silent])
def test_connections_that_are_merely_kept_keep_nobody_out(
    web: Web, opened: Callable[[Web, ExitStack], socket.socket]
) -> None:
    assert web.get("/about/").status == 200
    with ExitStack() as stack:
        started = monotonic()
        count = 0
        while count < KEPT and monotonic() - started < OPENING_S:
            opened(web, stack)
            count += 1
        assert count >= FEWEST_KEPT

        page = web.get("/about/")

    assert page.status == 200
    assert page.seconds < SOON_S


@pytest.mark.parametrize("opened", [kept, silent])
def test_a_connection_on_which_nobody_asks_is_closed(
    web: Web, opened: Callable[[Web, ExitStack], socket.socket]
) -> None:
    with ExitStack() as stack:
        assert opened(web, stack).recv(1) == b""
