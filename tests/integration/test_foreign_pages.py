"""A page of another site that makes a visitor's browser send something: refused, uncounted; and nobody else is."""

from typing import Any, Final

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from analytics.flushing import flush_views
from analytics.models import ProductViews
from shop.visitors.rate_limits.policies import LOGIN
from tests.goods import Goods
from tests.integration.rate_limited import limits_on

__all__ = ["limits_on"]

CROSS: Final = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
FORM: Final = {"email": "ann@example.org", "password": "a guess"}


def browser() -> Client:
    return Client(raise_request_exception=False)


def log_in(client: Client, **headers: str) -> Any:
    return client.post("/account/login/", FORM, headers=headers)


def test_a_foreign_page_shuts_nobody_out_of_the_login(goods: Goods, limits_on: None) -> None:
    client = browser()

    answers = [log_in(client, **CROSS) for _ in range(2 * LOGIN.limit)]

    assert {answer.status_code for answer in answers} == {403}
    assert not any("RateLimit" in answer for answer in answers)
    assert [log_in(client).status_code for _ in range(LOGIN.limit + 1)] == [422] * LOGIN.limit + [429], (
        "control: a program's guesses count"
    )


@pytest.mark.parametrize(
    "headers",
    [
        CROSS,
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:8001"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_what_the_browser_calls_foreign_is_refused(goods: Goods, headers: dict[str, str]) -> None:
    client = browser()

    page = client.post("/cart/add/", {"product_id": goods.id, "quantity": 1}, headers=headers)
    called = client.put(
        f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json", headers=headers
    )

    assert (page.status_code, called.status_code) == (403, 403)
    assert "A page of another site has sent this." in page.content.decode()
    assert called.json()["code"] == "foreign_page"
    assert client.get("/api/cart").json()["items"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        # Behind a proxy that ends TLS.
        {"Origin": "https://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.testserver"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://app.partner.example"},
        {"Origin": "https://other.example"},
    ],
)
def test_our_pages_programs_and_trusted_origins_are_served(
    goods: Goods, settings: Settings, headers: dict[str, str]
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.partner.example", "https://other.example"]

    answer = browser().put(
        f"/api/cart/items/{goods.id}", {"quantity": 1}, content_type="application/json", headers=headers
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("trusted", ["http://evil.example", "https://evil.example.org", "https://*.evil.example.com"])
def test_another_origin_s_trust_is_no_help(goods: Goods, settings: Settings, trusted: str) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [trusted]

    assert log_in(browser(), **CROSS).status_code == 403


def test_whoever_only_reads_is_served_from_wherever_they_come(goods: Goods) -> None:
    assert browser().get("/", headers=CROSS).status_code == 200
    assert browser().get(f"/api/products/{goods.id}", headers=CROSS).status_code == 200


@pytest.mark.parametrize(("headers", "counted"), [(CROSS, 0), ({}, 2)], ids=["foreign", "control: our own"])
def test_a_foreign_page_counts_no_views_by_picture_or_by_call(
    goods: Goods, headers: dict[str, str], counted: int
) -> None:
    picture = browser().get(f"/p/{goods.id}/seen.svg", headers=headers)
    browser().post(f"/api/products/{goods.id}/views", headers=headers, content_type="")
    flush_views()

    assert picture.status_code == 200
    assert sum(ProductViews.objects.filter(product_id=goods.id).values_list("total", flat=True)) == counted
