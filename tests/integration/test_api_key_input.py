"""Whatever stands in an Authorization header is refused in one shape, by the real web server too; nothing breaks."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib.auth.models import User

from shop.embedded.ports import LOOPBACK, free_port
from shop.embedded.web import web_command
from shop.visitors.api_keys import MadeKey
from tests.failures.web import until
from tests.integration.api_keys import WHO, bearer, call, key_of
from tests.own_database import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.integration.keyed_addresses")]
NO_ANSWER = 0


@pytest.fixture
def key() -> MadeKey:
    return key_of(User.objects.create_superuser("keeper"))


@pytest.fixture
def port() -> Iterator[int]:
    """Where the shop's own web server serves the operations that need a key, on the test's database."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "CACHE_NAMESPACE": f"keyed-{port}",
    }
    process = subprocess.Popen(
        web_command("tests.integration.keyed_application:application", port=port, threads=2), env=environment
    )
    try:
        until(lambda: send(port, path="/health/live")[0] == 200, within=60)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def send(port: int, *headers: bytes, path: str = WHO) -> tuple[int, bytes]:
    """The status and the whole answer to a request with these lines in it, byte by byte; 0 when there was none."""
    lines = [
        f"GET {path} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        b"Connection: close",
        *filter(None, headers),
        b"",
        b"",
    ]
    answer = b""
    with suppress(ConnectionError), socket.create_connection((LOOPBACK, port), timeout=20) as line:
        line.sendall(b"\r\n".join(lines))
        while part := line.recv(65536):
            answer += part
    return (int(answer.split()[1]) if answer else NO_ANSWER), answer


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "bearer\t{key}",
        "Bearer {key} {key}",
        "Bearer {key},Bearer {key}",
        "Bearer {key}, Bearer {key}",
        "Bearer Bearer {key}",
        'Bearer "{key}"',
        "Bearer {key}\x00",
        "Bearer {key}é",
        "Bearer \u2003{key}",
        "Bearér {key}",
        "Bearer {key};x",
        "Token {key}",
        "Basic {key}",
        "{key}",
        "Bearer " + "x" * 193,
        "Bearer " + " " * 200 + "{key}",
        "Bearer lk_" + "9" * 100_000,
        "Bearer '; DROP TABLE visitors_apikey; --",
    ],
)
def test_a_header_that_is_no_key_is_refused(key: MadeKey, header: str) -> None:
    answer = call(header.replace("{key}", key.whole))

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert call(bearer(key)).status_code == 200


def test_the_web_server_hands_on_what_is_refused_and_lives(key: MadeKey, port: int) -> None:
    good = b"Authorization: " + bearer(key).encode()
    bad = b"Authorization: Bearer lk_00000000_" + b"x" * 43
    refused = {
        "none": [],
        "two keys": [good, bad],
        "two keys, the good one last": [bad, good],
        "one key twice": [good, good],
        "two schemes": [b"Authorization: Basic eDp5", good],
        "beyond ASCII": [good + b"\xe9"],
        "no UTF-8": [b"Authorization: \xff\xfe\xfd"],
        "emoji": ["Authorization: Bearer 😀".encode()],
        "long": [b"Authorization: Bearer " + b"x" * 8_000],
        "a fold": [good[:40] + b"\r\n " + good[40:]],
        "an underscore": [b"X_Authorization: x", good.replace(b"Authorization", b"Authorization_")],
    }

    statuses = {name: send(port, *lines)[0] for name, lines in refused.items()}
    endless = send(port, b"Authorization: Bearer " + b"x" * 2_000_000)[0]

    assert set(statuses.values()) <= {400, 401}, statuses
    assert endless in (NO_ANSWER, 400, 401, 431)
    status, answer = send(port, good)
    assert status == 200
    assert b'"owner": "keeper"' in answer
