"""The API of flash sales: everybody reads, staff with a key write."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from catalog.flash_sales import queries
from catalog.models import FlashSale
from shop.caching import prefetch
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.api_keys import bearer, clerk, key_of
from tests.integration.flash_sales import make_sale, paid, turn

ADDRESS = "/api/flash-sales"


@pytest.fixture
def key(goods: Goods) -> str:
    return bearer(key_of(clerk("change_flashsale")))


def post(address: str, key: str, **body: Any) -> Any:
    return Client(raise_request_exception=False).post(
        address, body, content_type="application/json", headers={"authorization": key}
    )


def said(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]  # the test client's answer


def test_a_sale_without_a_start_is_on_at_once(goods: Goods, key: str) -> None:
    answer = post(ADDRESS, key, name="Jam hour", product_ids=[goods.id, goods.id, goods.ids[1]], percent_off=50)

    assert answer.status_code == 201
    sale = answer.json()
    assert {name: sale[name] for name in ("name", "state", "percent_off", "ends_at", "products")} == {
        "name": "Jam hour",
        "state": "on",
        "percent_off": "50.00",
        "ends_at": None,
        "products": 2,
    }
    assert (paid(goods.id), paid(goods.ids[1]), paid(goods.ids[2])) == ("2.25", "2.25", "4.50")
    assert FlashSale.objects.get(pk=sale["id"]).made_by is not None


def test_a_sale_that_starts_later_is_scheduled_and_can_be_started_and_ended(goods: Goods, key: str) -> None:
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    made = post(ADDRESS, key, name="Jam hour", product_ids=[goods.id], percent_off="50", starts_at=later).json()
    assert (made["state"], paid(goods.id)) == ("scheduled", "3.20")

    assert post(f"{ADDRESS}/{made['id']}/start", key).json()["state"] == "on"
    assert paid(goods.id) == "2.25"
    assert said(post(f"{ADDRESS}/{made['id']}/start", key)) == (409, "sale_state")
    assert post(f"{ADDRESS}/{made['id']}/end", key).json()["state"] == "ended"
    assert paid(goods.id) == "3.20"
    assert said(post(f"{ADDRESS}/{made['id']}/end", key)) == (409, "sale_state")


def test_everybody_sees_what_is_on_and_what_comes_within_a_week(goods: Goods, visitor: Client) -> None:
    now = timezone.now()
    soon = make_sale([goods.id], name="soon", starts_at=now + timedelta(days=6))
    is_on = make_sale(goods.ids, name="on")
    turn(is_on, "on")
    make_sale([goods.id], name="later", starts_at=now + timedelta(days=8))
    make_sale([goods.id], name="by hand")
    turn(make_sale([goods.id], name="cancelled"), "cancelled")
    turn(make_sale([goods.id], name="ended"), "ended")

    sales = visitor.get(ADDRESS).json()

    assert [(one["id"], one["name"], one["state"], one["products"]) for one in sales] == [
        (is_on, "on", "on", 30),
        (soon, "soon", "scheduled", 1),
    ]


def test_everybody_hears_of_a_large_sale_that_it_has_more_and_staff_hear_how_many(
    goods: Goods, key: str, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTED", 29)
    made = post(ADDRESS, key, name="Jam hour", product_ids=goods.ids, percent_off=50).json()

    (listed,) = visitor.get(ADDRESS).json()

    assert (made["products"], made["more_products"]) == (30, False)
    assert (listed["products"], listed["more_products"]) == (29, True)


@pytest.mark.parametrize("address", ["", "/1/start", "/1/end"])
def test_nobody_writes_without_a_key_that_reaches_so_far(goods: Goods, address: str) -> None:
    body = {"name": "Jam hour", "product_ids": [goods.id], "percent_off": 50}

    assert said(post(ADDRESS + address, "", **body))[0] == 401
    assert said(post(ADDRESS + address, bearer(key_of(clerk("change_price"))), **body))[0] == 403
    assert not FlashSale.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"name": "bell\x07"},
        {"product_ids": []},
        {"product_ids": [0]},
        {"product_ids": [10**30]},
        {"product_ids": [999_999_999]},
        {"product_ids": "all"},
        {"percent_off": 0},
        {"percent_off": 99.5},
        {"percent_off": "12.345"},
        {"percent_off": "NaN"},
        {"percent_off": None},
        {"starts_at": "2030-01-01T00:00:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"ends_at": "9999-12-31T23:59:59-12:00"},
    ],
)
def test_bad_input_is_refused_and_opens_no_sale(goods: Goods, key: str, wrong: dict[str, Any]) -> None:
    body = {"name": "Jam hour", "product_ids": [goods.id], "percent_off": 50} | wrong

    assert said(post(ADDRESS, key, **body)) == (422, "invalid_input")
    assert not FlashSale.objects.exists()


@pytest.mark.parametrize("number", ["0", "77", str(10**30)])
def test_a_sale_that_is_not_there_is_not_found(goods: Goods, key: str, number: str) -> None:
    assert said(post(f"{ADDRESS}/{number}/start", key))[0] == 404
    assert said(post(f"{ADDRESS}/{number}/end", key))[0] == 404


def test_the_stock_of_what_is_on_flash_sale_is_read_past_the_cache(goods: Goods, visitor: Client) -> None:
    """At once: the news have made the price a miss, and the page that loads it knows what it has loaded."""
    page = f"/api/products/{goods.id}"
    sale_id = make_sale([goods.id], percent_off="50")
    visitor.get(page)
    before = visitor.get(page)["Cache-Status"]

    with announced_changes():
        turn(sale_id, "on")
    during = [visitor.get(page)["Cache-Status"] for _ in range(2)]
    with announced_changes():
        turn(sale_id, "ended")
    after = visitor.get(page)["Cache-Status"]

    assert ["price; fwd=miss" in one for one in during] == [True, False]
    assert ["stock; fwd=bypass" in one for one in (before, *during, after)] == [False, True, True, False]


def test_control_a_page_that_forgets_what_it_has_loaded_shows_a_cached_stock_once(
    goods: Goods, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "learn", lambda policy, values: None)
    page = f"/api/products/{goods.id}"
    sale_id = make_sale([goods.id], percent_off="50")
    visitor.get(page)

    with announced_changes():
        turn(sale_id, "on")
    during = [visitor.get(page)["Cache-Status"] for _ in range(2)]

    assert ["stock; fwd=bypass" in one for one in during] == [False, True]
