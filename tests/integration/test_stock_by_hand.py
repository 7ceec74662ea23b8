"""Staff receive goods and set counts right: by forms that lose nothing, and that do nothing twice."""

import re
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from inventory.models import Movement, Stock
from inventory.operations import receive, reserve
from inventory.queries import get_stock
from inventory.staff import ByHand, MovedMeanwhileError, move_by_hand
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.stock_rows import MINUTES, ledger_of, sums_agree

RECEIVE = "/admin/inventory/stock/receive/"
ADJUST = "/admin/inventory/stock/adjust/"


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def seen(staff: Client, address: str) -> str:
    """What the form would send along."""
    page = staff.get(address)
    assert page.status_code == 200
    return str(page.context["form"]["seen"].value())


def test_goods_that_came_in_are_on_hand_in_the_ledger_and_in_the_history(staff: Client, goods: Goods) -> None:
    address = f"{RECEIVE}?product={goods.id}"

    response = staff.post(address, {"change": "12", "reason": "delivery 4711", "seen": seen(staff, address)})

    assert response.headers["Location"] == f"/admin/inventory/stock/{goods.id}/change/"
    assert said(response) == [f"12 of Plum jam 0 ({goods.id}) are on hand now; 0 held."]
    assert get_stock(product_id=goods.id).on_hand == 12
    keeper = User.objects.get(username="keeper")
    assert Movement.objects.get().user_id == keeper.pk
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (keeper, str(goods.id))
    assert "on hand from “0” to “12”" in entry.get_change_message()
    assert "delivery 4711" in entry.get_change_message()
    assert "keeper" in text_of(staff.get(response.headers["Location"]))


def test_a_count_is_set_right(staff: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=12, reason="delivery")
    address = f"{ADJUST}?product={goods.id}"

    staff.post(address, {"change": "-5", "reason": "broken", "seen": seen(staff, address)})

    assert ledger_of(goods.id)[-1] == ("adjusted", -5, 0)


def test_a_form_that_is_sent_twice_does_it_once_and_says_so(staff: Client, goods: Goods) -> None:
    address = f"{RECEIVE}?product={goods.id}"
    form = {"change": "12", "reason": "delivery 4711", "seen": seen(staff, address)}
    staff.post(address, form)

    second = staff.post(address, form)

    assert second.status_code == 422
    assert "keeper received +12 at" in text_of(second)
    assert "Nothing was done now" in text_of(second)
    assert get_stock(product_id=goods.id).on_hand == 12
    assert 'value="12"' in second.content.decode()
    assert "delivery 4711" in second.content.decode()
    meant = form | {"seen": str(second.context["form"]["seen"].value())}
    assert staff.post(address, meant).status_code == 302
    assert get_stock(product_id=goods.id).on_hand == 24


@pytest.mark.parametrize("there_before", [0, 5], ids=["first goods", "more goods"])
def test_presses_at_the_same_moment_receive_once(goods: Goods, there_before: int) -> None:
    keeper = User.objects.create_superuser("keeper")
    if there_before:
        receive(product_id=goods.id, quantity=there_before, reason="delivery")
    refused: list[MovedMeanwhileError] = []
    press = partial(
        move_by_hand,
        product_id=goods.id,
        what=ByHand.RECEIVE,
        change=12,
        reason="delivery",
        user_id=keeper.pk,
        seen=0,
    )

    def once() -> None:
        try:
            press()
        except MovedMeanwhileError as error:
            refused.append(error)

    together(*[once] * 4)

    assert len(refused) == 3
    assert get_stock(product_id=goods.id).on_hand == there_before + 12
    assert LogEntry.objects.count() == 1
    assert sums_agree()


def test_what_shoppers_do_meanwhile_stops_no_delivery(staff: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=12, reason="delivery")
    address = f"{RECEIVE}?product={goods.id}"
    shown = seen(staff, address)
    reserve(quantities={goods.id: 4}, lasts=MINUTES)

    assert staff.post(address, {"change": "1", "reason": "delivery", "seen": shown}).status_code == 302


def test_held_goods_can_not_be_counted_away_and_what_was_typed_stays(staff: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=12, reason="delivery")
    reserve(quantities={goods.id: 5}, lasts=MINUTES)
    address = f"{ADJUST}?product={goods.id}"

    response = staff.post(address, {"change": "-8", "reason": "fell down", "seen": seen(staff, address)})

    assert response.status_code == 422
    assert "at most 7 can be taken away" in text_of(response)
    assert "fell down" in response.content.decode()
    assert 'value="-8"' in response.content.decode()
    assert not LogEntry.objects.exists()


def test_a_refused_count_makes_no_row(staff: Client, goods: Goods) -> None:
    response = staff.post(f"{ADJUST}?product={goods.id}", {"change": "-1", "reason": "broken", "seen": "0"})

    assert response.status_code == 422
    assert not Stock.objects.exists()


@pytest.mark.parametrize(
    ("address", "fields", "message"),
    [
        (RECEIVE, {"change": "0"}, "greater than or equal to 1"),
        (RECEIVE, {"change": "-3"}, "greater than or equal to 1"),
        (RECEIVE, {"change": "1000001"}, "less than or equal to 1000000"),
        (RECEIVE, {"change": "9" * 5000}, "Enter a whole number."),
        (RECEIVE, {"change": "1.5"}, "Enter a whole number."),
        (RECEIVE, {"change": "many"}, "Enter a whole number."),
        (RECEIVE, {"change": ""}, "This field is required."),
        (RECEIVE, {"reason": ""}, "This field is required."),
        (RECEIVE, {"reason": "   "}, "This field is required."),
        (RECEIVE, {"reason": "x" * 201}, "at most 200 characters"),
        (RECEIVE, {"seen": "-1"}, "open the page again"),
        (RECEIVE, {"seen": str(2**70)}, "open the page again"),
        (ADJUST, {"change": "0"}, "nothing to set right"),
        (ADJUST, {"change": "-1000001"}, "greater than or equal to -1000000"),
    ],
)
def test_bad_input_is_refused_by_its_field(
    staff: Client, goods: Goods, address: str, fields: dict[str, str], message: str
) -> None:
    response = staff.post(f"{address}?product={goods.id}", {"change": "3", "reason": "delivery", "seen": "0"} | fields)

    assert response.status_code == 422
    assert message in text_of(response)
    assert not Movement.objects.exists()


@pytest.mark.parametrize("product", ["4711", "0", "-1", "x", str(2**63), "9" * 5000, ""])
def test_a_product_that_there_is_not_is_asked_for_again(staff: Client, goods: Goods, product: str) -> None:
    for response in (
        staff.get(RECEIVE, {"product": product}),
        staff.post(f"{RECEIVE}?product={product}", {"change": "3", "reason": "delivery", "seen": "0"}),
    ):
        assert response.status_code == 422
        assert "of which product?" in text_of(response)
    assert not Stock.objects.exists()


def test_the_lists_button_asks_which_product(staff: Client, goods: Goods) -> None:
    page = staff.get("/admin/inventory/stock/to-receive", follow=True)

    assert page.redirect_chain[-1] == (RECEIVE, 302)
    assert "of which product?" in text_of(page)
    assert staff.get(RECEIVE, {"product": goods.id}).status_code == 200


def test_an_unpublished_product_can_be_stocked(staff: Client, goods: Goods) -> None:
    goods.jams.products.update(is_published=False)

    assert "Plum jam 0" in text_of(staff.get(RECEIVE, {"product": goods.id}))
