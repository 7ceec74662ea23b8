"""Reservations behind the counter: looked at, and ended before their time."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client

from inventory.admin import reservation as reservation_admin
from inventory.models import Reservation
from inventory.operations import commit, receive, reserve
from inventory.queries import get_stock
from tests.goods import Goods
from tests.integration.stock_rows import MINUTES, sums_agree

LIST = "/admin/inventory/reservation/"


@pytest.fixture
def reservation_ids(goods: Goods) -> list[int]:
    """Two open, one committed; each of four of the first jam."""
    receive(product_id=goods.id, quantity=20, reason="delivery")
    made = [reserve(quantities={goods.id: 4}, lasts=MINUTES, reference=f"order {number}") for number in range(3)]
    commit(reservation_id=made[2])
    return made


def release(staff: Client, *chosen: object, **fields: Any) -> Any:
    return staff.post(LIST, {"action": "release_goods", "_selected_action": chosen, "index": 0} | fields)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_reservation_shows_what_it_holds(staff: Client, goods: Goods, reservation_ids: list[int]) -> None:
    page = staff.get(f"{LIST}{reservation_ids[0]}/change/")

    assert page.status_code == 200
    assert f"Plum jam 0 ({goods.id})" in page.content.decode()
    assert "order 0" in page.content.decode()


def test_goods_are_given_back_once_and_the_history_says_by_whom(
    staff: Client, goods: Goods, reservation_ids: list[int]
) -> None:
    first = release(staff, *reservation_ids)
    second = release(staff, *reservation_ids)

    assert said(first) == ["2 reservations have given back the goods. 1 had been closed before."]
    assert "0 reservations have given back the goods. 3 had been closed before." in said(second)
    assert get_stock(product_id=goods.id).held == 0
    statuses = list(Reservation.objects.order_by("id").values_list("status", flat=True))
    assert statuses == ["released", "released", "committed"]
    told = [entry.get_change_message() for entry in LogEntry.objects.all()]
    assert told == ["Changed status from “open” to “released”."] * 2
    assert sums_agree()


@pytest.mark.parametrize("chosen", ["x", "0", "9" * 30, "-1", ""])
def test_a_selection_that_is_not_made_of_ids_is_refused(staff: Client, reservation_ids: list[int], chosen: str) -> None:
    assert release(staff, chosen).status_code == 400


def test_too_many_at_once_are_refused(
    staff: Client, goods: Goods, reservation_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reservation_admin, "MOST_RELEASED", 2)

    response = release(staff, reservation_ids[0], select_across=1)

    assert said(response) == ["More than 2 are too many at once. Nothing was done: narrow the list."]
    assert get_stock(product_id=goods.id).held == 8
