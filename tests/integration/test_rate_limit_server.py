"""Where a request came from, as the shop's own web server hands it on: a header that is there several times is one
list, in the order in which it was sent."""

import json
import os
import socket
from collections.abc import Iterator

import pytest

from shop.embedded.ports import LOOPBACK
from shop.visitors.rate_limits.policies import SIGN_UP
from tests.failures.web import Web, running_web

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Behind one proxy of ours, which the test plays."""
    monkeypatch.setenv("RATE_LIMITS", "on")
    monkeypatch.setenv("TRUSTED_PROXIES", "1")
    with running_web(redis_url=os.environ["REDIS_URL"], threads=2) as running:
        yield running


def sent(web: Web, *headers: str) -> int:
    """How many more accounts whoever sends these lines may make."""
    body = json.dumps({})
    lines = [
        "POST /account/signup/ HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
        "",
        body,
    ]
    answer = b""
    with socket.create_connection((LOOPBACK, int(web.url.rsplit(":", 1)[1])), timeout=20) as line:
        line.sendall("\r\n".join(lines).encode())
        while part := line.recv(65536):
            answer += part
    found = [one for one in answer.decode().lower().split("\r\n") if one.startswith("ratelimit:")]
    return int(found[0].split("r=")[1].split(";")[0])


def test_nobody_gets_another_window_by_a_header_of_their_own(web: Web) -> None:
    most = SIGN_UP.limit
    ours = "X-Forwarded-For: 203.0.113.7"
    forged = ["X-Forwarded-For: 1.1.1.1", "x-forwarded-for: 2.2.2.2", "X-Real-IP: 3.3.3.3", "Forwarded: for=4.4.4.4"]

    lefts = [
        sent(web, ours),
        # The proxy adds a line of its own behind what it was sent, or adds to the line.
        sent(web, forged[0], ours),
        sent(web, "X-Forwarded-For: 1.1.1.1, 203.0.113.7"),
        *(sent(web, one, ours) for one in forged[1:]),
        sent(web, *forged, ours),
    ]

    assert lefts == [most - count for count in range(1, len(lefts) + 1)]
    assert sent(web, "X-Forwarded-For: 203.0.113.8") == most - 1
