"""Stock behind the counter: what the pages show, to whom, and how many rows they read of a long table."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from inventory.admin import stock_filter
from inventory.models import Movement, Reservation
from inventory.operations import receive, reserve
from shop.events.admin_bases import bounded_paginator
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES
from tests.integration.test_admin_scale import _excesses

LIST = "/admin/inventory/stock/"
LEDGER = "/admin/inventory/movement/"
RESERVATIONS = "/admin/inventory/reservation/"
ROWS = 20_000
COUNTED = 400


@pytest.fixture
def stocked(goods: Goods) -> int:
    """12 of the first jam, 4 of them held, all of the second, and none of the others."""
    receive(product_id=goods.ids[0], quantity=12, reason="delivery <4711>", user_id=None)
    receive(product_id=goods.ids[1], quantity=2, reason="delivery")
    reserve(quantities={goods.ids[0]: 4, goods.ids[1]: 2}, lasts=MINUTES, reference="order 7")
    return goods.id


def clerk_with(*codenames: str) -> Client:
    clerk = User.objects.create_user(f"clerk {len(codenames)}", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_the_list_names_products_and_says_what_is_left(staff: Client, stocked: int) -> None:
    text = text_of(staff.get(LIST))

    assert f"Plum jam 0 ({stocked})" in text
    assert "in stock" in text
    assert "sold out" in text


def test_a_row_shows_its_ledger_newest_first_and_links_its_product(staff: Client, stocked: int) -> None:
    page = staff.get(f"{LIST}{stocked}/change/")

    text = text_of(page)
    assert text.index("reservation") < text.index("delivery &lt;4711&gt;")
    assert reverse("admin:catalog_product_change", args=[stocked]) in page.content.decode()
    assert f"{LEDGER}?q={stocked}" in page.content.decode()
    assert "Save" not in text


def test_what_runs_short_is_found(staff: Client, stocked: int, goods: Goods) -> None:
    receive(product_id=goods.ids[2], quantity=3, reason="delivery")
    found = {
        short: [int(one) for one in re.findall(r"Plum jam \d+ \((\d+)\)", text_of(staff.get(f"{LIST}?short={short}")))]
        for short in ("out", "scarce", "held")
    }

    assert found == {"out": [goods.ids[1]], "scarce": [goods.ids[2]], "held": [goods.ids[1], goods.ids[0]]}


@pytest.mark.parametrize("text", ["7777", "jam", "-1", "9" * 30, "½"])
def test_a_search_for_what_is_no_product_finds_none(staff: Client, stocked: int, text: str) -> None:
    for address in (LIST, LEDGER, RESERVATIONS):
        response = staff.get(address, {"q": text})
        assert response.status_code == 200
        assert "Plum jam" not in text_of(response)


def test_a_product_is_found_by_its_id_and_a_reservation_by_what_it_is_for(staff: Client, stocked: int) -> None:
    assert "Plum jam 0" in text_of(staff.get(LIST, {"q": stocked}))
    assert "Plum jam 1" not in text_of(staff.get(LEDGER, {"q": stocked}))
    assert "order 7" in text_of(staff.get(RESERVATIONS, {"q": "order 7"}))
    assert "order 7" in text_of(staff.get(RESERVATIONS, {"q": Reservation.objects.get().pk}))


def test_nobody_writes_rows_through_the_admin(staff: Client, stocked: int) -> None:
    reservation_id, movement_id = Reservation.objects.get().pk, Movement.objects.latest("id").pk
    for address, pk in ((LIST, stocked), (LEDGER, movement_id), (RESERVATIONS, reservation_id)):
        assert staff.get(f"{address}add/").status_code == 403
        assert staff.post(f"{address}add/", {"product_id": 1, "on_hand": 5}).status_code == 403
        assert staff.post(f"{address}{pk}/change/", {"on_hand": 5, "status": "released"}).status_code == 403
        assert staff.post(f"{address}{pk}/delete/", {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
        staff.post(address, chosen)
    assert Movement.objects.filter(pk=movement_id).exists()
    assert Reservation.objects.get().status == "open"


@pytest.mark.parametrize(
    ("codename", "allowed"),
    [
        ("view_stock", {LIST}),
        ("view_movement", {LEDGER}),
        ("view_reservation", {RESERVATIONS}),
        ("view_product", set()),
    ],
)
def test_each_list_needs_its_permission(stocked: int, codename: str, allowed: set[str]) -> None:
    clerk = clerk_with(codename)

    assert {one for one in (LIST, LEDGER, RESERVATIONS) if clerk.get(one).status_code == 200} == allowed


def test_who_may_only_look_is_offered_nothing_else(stocked: int) -> None:
    clerk = clerk_with("view_stock", "view_reservation")

    for address in (LIST, f"{LIST}{stocked}/change/"):
        page = clerk.get(address).content.decode()
        assert "Receive goods" not in page
        assert reverse("admin:catalog_product_change", args=[stocked]) not in page
    assert "Give the goods back" not in clerk.get(RESERVATIONS).content.decode()
    assert clerk.get(f"{LIST}receive/").status_code == 403
    assert clerk.post(f"{LIST}adjust/?product={stocked}", {"change": 1}).status_code == 403


def test_every_page_reads_few_rows_however_many_there_are(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_paginator, "COUNTED_ROWS", COUNTED)
    monkeypatch.setattr(stock_filter, "LOOKED_THROUGH", COUNTED)
    for statement in _LONG_TABLES:
        run_sql(statement, ROWS)
    for table in ("stock", "movement", "reservation", "reservationline"):
        run_sql(f"VACUUM ANALYZE inventory_{table}")
    busiest = 1
    reservation_id = Reservation.objects.latest("id").pk
    addresses = [
        *(
            LIST + query
            for query in ("", "?p=7", "?o=0", "?o=1", "?short=out", "?short=scarce", "?short=held", "?q=77")
        ),
        *(LEDGER + query for query in ("", "?o=3", "?q=1", "?q=77")),
        *(RESERVATIONS + query for query in ("", "?status__exact=open", "?status__exact=expired", "?q=7", "?o=3")),
        f"{LIST}{busiest}/change/",
        f"{LIST}receive/?product={goods.id}",
        f"{RESERVATIONS}{reservation_id}/change/",
    ]

    assert [excess for address in addresses for excess in _excesses(staff, address)] == []


# Product 1 has a ledger as long as all others together.
_LONG_TABLES = (
    "INSERT INTO inventory_stock (product_id, on_hand, held, version) SELECT n, n %% 9 + 1, 1, 0"
    " FROM generate_series(1, %s) AS n",
    "INSERT INTO inventory_reservation (status, reference, expires_at, closed_at)"
    " SELECT CASE WHEN n %% 100 = 0 THEN 'open' ELSE 'committed' END, 'order ' || n, now(),"
    " CASE WHEN n %% 100 = 0 THEN NULL ELSE now() END FROM generate_series(1, %s) AS n",
    "INSERT INTO inventory_reservationline (reservation_id, product_id, quantity)"
    " SELECT id, 1, 1 FROM inventory_reservation LIMIT %s",
    "INSERT INTO inventory_movement (product_id, kind, on_hand_change, held_change, reason)"
    " SELECT n, 'received', 1, 0, 'delivery' FROM generate_series(1, %s) AS n",
    "INSERT INTO inventory_movement (product_id, kind, on_hand_change, held_change, reason)"
    " SELECT 1, 'held', 0, 1, '' FROM generate_series(1, %s) AS n",
)
