"""Who may read /metrics: whoever has the token; without one, this machine and nobody behind a proxy."""

from typing import Any

import pytest
from django.test import Client

from shop.backstage.metrics.page import SPEAKS_FOR_SOMEBODY
from tests.goods import Goods

TOKEN = "9d5f0c1b7e"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read_them(visitor: Client, goods: Goods, peer: str) -> None:
    assert visitor.get("/metrics", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("peer", ["10.0.0.7", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.7", "", "unix:", "localhost"])
def test_nobody_else_may(visitor: Client, goods: Goods, peer: str) -> None:
    page = visitor.get("/metrics", REMOTE_ADDR=peer)

    assert page.status_code == 403
    assert page.json()["code"] == "forbidden"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("header", SPEAKS_FOR_SOMEBODY)
def test_a_proxy_on_this_machine_is_not_this_machine(visitor: Client, goods: Goods, header: str) -> None:
    assert visitor.get("/metrics", headers={header: "192.0.2.1"}).status_code == 403


def test_with_a_token_whoever_has_it_may_from_wherever(visitor: Client, goods: Goods, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN

    for scheme in ("Bearer", "bearer"):
        page = visitor.get("/metrics", headers={"Authorization": f"{scheme} {TOKEN}"}, REMOTE_ADDR="192.0.2.1")
        assert page.status_code == 200


@pytest.mark.parametrize(
    "header", ["", TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer ", f"Bearer {TOKEN}0", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_with_a_token_nobody_may_without_it(visitor: Client, goods: Goods, settings: Any, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN

    page = visitor.get("/metrics", headers={"Authorization": header} if header else {})

    assert page.status_code == 401
    assert page["WWW-Authenticate"] == "Bearer"
    assert page.json()["code"] == "unauthorized"
    assert TOKEN not in page.content.decode()


def test_a_token_of_letters_beyond_ascii_is_compared_and_does_not_fail(
    visitor: Client, goods: Goods, settings: Any
) -> None:
    settings.METRICS_TOKEN = "schlüssel"

    assert visitor.get("/metrics", headers={"Authorization": "Bearer schlussel"}).status_code == 401
