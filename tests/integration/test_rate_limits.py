"""A call beyond its limit: what it is answered, what it does not do, and what every answer says."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from cart.models import CartLine
from catalog.models import Review
from shop.visitors.rate_limits.figures import Outcome
from shop.visitors.rate_limits.policies import ADMIN, CATALOG, CHECKOUT, LOGIN, SIGN_UP, WRITES, RateLimit
from shop.visitors.rate_limits.registry import RATE_LIMITS
from tests.goods import Goods
from tests.integration.rate_limited import limits_on, lowered

__all__ = ["limits_on", "lowered"]

Lower = Callable[[RateLimit, int], None]
EMAIL, PASSWORD = "ann@example.com", "plum jam on toast"
FORM = {"email": EMAIL, "password": PASSWORD}


def put(client: Client, goods: Goods, quantity: int = 1) -> Any:
    body = json.dumps({"quantity": quantity})
    return client.put(f"/api/cart/items/{goods.id}", body, content_type="application/json")


def review(client: Client, goods: Goods) -> Any:
    body = json.dumps({"author": "Ann", "rating": 5, "title": "Fine", "body": "Very fine."})
    return client.post(f"/api/products/{goods.id}/reviews", body, content_type="application/json")


def left_of(answer: Any, policy: str) -> int:
    """How many calls are left; the oldest of those that count was made a moment ago."""
    found = re.fullmatch(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer["RateLimit"])
    assert found is not None, answer["RateLimit"]
    assert found[1] == policy
    assert 55 < int(found[3]) <= 60
    return int(found[2])


@pytest.fixture
def shopper(goods: Goods, limits_on: None) -> Client:
    return Client(raise_request_exception=False)


def test_a_program_is_told_in_json_and_by_headers_and_nothing_is_done(
    shopper: Client, goods: Goods, lowered: Lower
) -> None:
    lowered(WRITES, 3)
    before = Review.objects.count()

    answers = [review(shopper, goods) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert Review.objects.count() == before + 3
    assert [left_of(answer, "writes") for answer in answers[:3]] == [2, 1, 0]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"writes";q=3;w=60'}
    refused = answers[3]
    wait = int(refused["Retry-After"])
    assert 55 < wait <= 60
    assert refused["RateLimit"] == f'"writes";r=0;t={wait}'
    assert refused["Content-Type"].startswith("application/json")
    detail = f"Too many of these in a short time: try again in {wait} s."
    assert refused.json() == {"code": "rate_limited", "detail": detail}
    assert "Retry-After" not in answers[2]


def test_a_person_is_told_by_a_page_of_the_shop(shopper: Client, goods: Goods, lowered: Lower) -> None:
    lowered(WRITES, 1)
    line = {"product_id": goods.id, "quantity": 1}
    shopper.post("/cart/add/", line)

    refused = shopper.post("/cart/add/", line)

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    page = refused.content.decode()
    assert "Too many of these in a short time" in page
    assert 'href="/cart/"' in page
    assert CartLine.objects.get().quantity == 1


@pytest.mark.parametrize(
    ("address", "policy"),
    [("/account/login/", LOGIN), ("/admin/login/", LOGIN), ("/account/signup/", SIGN_UP), ("/checkout/", CHECKOUT)],
)
def test_a_form_that_is_refused_is_answered_by_a_page(
    shopper: Client, lowered: Lower, address: str, policy: RateLimit
) -> None:
    lowered(policy, 2)

    answers = [shopper.post(address, {}) for _ in range(3)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert answers[2]["Content-Type"].startswith("text/html")
    assert answers[2]["RateLimit-Policy"] == f'"{policy.name}";q=2;w=60'


def test_nobody_tries_more_than_ten_passwords_a_minute_however_they_come(shopper: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_user(EMAIL, EMAIL, PASSWORD)
    clients = [Client() for _ in range(5)]

    tried = [client.post("/account/login/", {**FORM, "password": "?"}).status_code for client in clients * 2]
    beyond = [client.post("/account/login/", FORM).status_code for client in clients]
    by_the_admin = shopper.post("/admin/login/", {"username": EMAIL, "password": PASSWORD})
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/account/login/", FORM)

    assert tried == [422] * 10
    assert beyond == [429] * 5
    assert by_the_admin.status_code == 429
    assert elsewhere.status_code == 303


def test_a_form_without_its_token_counts_as_well(goods: Goods, limits_on: None, lowered: Lower) -> None:
    lowered(LOGIN, 2)
    forger = Client(enforce_csrf_checks=True)

    assert [forger.post("/account/login/", FORM).status_code for _ in range(3)] == [403, 403, 429]


def test_limits_do_not_share_what_they_count(shopper: Client, goods: Goods, lowered: Lower) -> None:
    lowered(WRITES, 1)
    lowered(CHECKOUT, 1)
    assert put(shopper, goods).status_code == 200
    assert put(shopper, goods).status_code == 429

    order = shopper.post("/api/checkout", "{}", content_type="application/json")

    assert order.status_code != 429
    assert order["RateLimit-Policy"] == '"checkout";q=1;w=60'


def test_staff_have_a_limit_of_their_own_in_the_admin(staff: Client, limits_on: None) -> None:
    keeper = Client(raise_request_exception=False)
    keeper.force_login(User.objects.get(username="keeper"))

    answer = keeper.post("/admin/catalog/product/", {})

    assert answer["RateLimit-Policy"] == f'"admin";q={ADMIN.limit};w=60'


def test_reads_of_the_api_have_a_wide_limit_and_reads_of_pages_none(shopper: Client, goods: Goods) -> None:
    for address in ("/api/products", f"/api/products/{goods.id}", "/api/cart", "/api/products/999999"):
        assert shopper.get(address)["RateLimit-Policy"] == f'"catalog";q={CATALOG.limit};w=60', address
    for address in ("/", "/c/jams/", f"/p/plum-jam-0-{goods.id}/", "/account/login/"):
        assert "RateLimit" not in shopper.get(address), address


def test_a_head_counts_as_a_get(shopper: Client, lowered: Lower) -> None:
    lowered(CATALOG, 1)

    assert shopper.get("/api/products").status_code == 200
    assert shopper.head("/api/products").status_code == 429


@pytest.mark.parametrize("address", ["/health/live", "/health/ready", "/metrics", "/nothing/here/"])
def test_what_watches_the_shop_and_what_is_not_there_have_no_limit(shopper: Client, address: str) -> None:
    assert "RateLimit" not in shopper.get(address)
    assert "RateLimit" not in shopper.post(address)


def test_an_answer_that_is_a_failure_says_the_same(shopper: Client, goods: Goods) -> None:
    wrong_method = shopper.delete("/api/products")
    wrong_type = shopper.post(f"/api/products/{goods.id}/reviews", {"a": "b"})
    wrong_page = shopper.post("/")

    assert [answer.status_code for answer in (wrong_method, wrong_type, wrong_page)] == [405, 415, 405]
    assert [left_of(answer, "writes") for answer in (wrong_method, wrong_type, wrong_page)] == [99, 98, 97]


def test_each_decision_is_counted(shopper: Client, goods: Goods, lowered: Lower) -> None:
    lowered(WRITES, 2)

    for _ in range(5):
        put(shopper, goods)

    figures = RATE_LIMITS.figures
    assert [figures.of("writes", outcome) for outcome in (Outcome.ALLOWED, Outcome.REFUSED)] == [2, 3]


def test_switched_off_nothing_is_limited_and_nothing_said(
    goods: Goods, limits_on: None, lowered: Lower, settings: Settings
) -> None:
    lowered(WRITES, 1)
    settings.RATE_LIMITS = False
    client = Client()

    answers = [put(client, goods) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not any("RateLimit" in answer for answer in answers)
