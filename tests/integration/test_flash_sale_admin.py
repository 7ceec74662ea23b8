"""Flash sales behind the counter, as a browser walks their pages."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from catalog.models import FlashSale
from tests.goods import Goods
from tests.integration.flash_sales import make_sale, paid, turn

ADD = "admin:catalog_flashsale_add"
TERMS = {"name": "Jam hour", "percent_off": "50", "starts_at": "", "ends_at": "", "products": "JAM-000\nJAM-001 1.00"}


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def made(staff: Client, **fields: str) -> str:
    """The address of a new sale's page."""
    answer = staff.post(reverse(ADD), TERMS | fields)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def test_a_sale_is_made_looked_at_started_and_ended(staff: Client, goods: Goods) -> None:
    address = made(staff)
    text = staff.get(address).content.decode()
    assert "JAM-000" in text
    assert "2.25" in text
    assert paid(goods.id) == "3.20"

    started = staff.post(address, {"decision": "start", "sure": "on"})
    assert said(started) == ["The sale is on."]
    assert (paid(goods.id), paid(goods.ids[1])) == ("2.25", "1.00")

    staff.post(address, {"decision": "end", "sure": "on"})
    assert paid(goods.id) == "3.20"
    history = staff.get(f"{address.removesuffix('change/')}history/").content.decode()
    assert "Changed state from “scheduled” to “on”." in history
    assert "keeper" in history


def test_a_second_press_changes_nothing_and_says_so(staff: Client, goods: Goods) -> None:
    address = made(staff)
    press = {"decision": "start", "sure": "on"}
    staff.post(address, press)

    assert (
        said(staff.post(address, press))[-1] == "Nothing was changed now. This sale can't be started: it is on already."
    )


def test_who_has_not_confirmed_starts_nothing(staff: Client, goods: Goods) -> None:
    address = made(staff)

    answer = staff.post(address, {"decision": "start"})

    assert answer.status_code == 422
    assert "Nothing was done" in answer.content.decode()
    assert FlashSale.objects.get().state == "scheduled"


def test_a_sale_that_waits_can_be_edited_and_keeps_its_products(staff: Client, goods: Goods) -> None:
    made(staff)
    sale = FlashSale.objects.get()
    edit = reverse("admin:catalog_flashsale_edit", args=[sale.pk])
    assert staff.get(edit).context["form"]["products"].value() == "JAM-000\nJAM-001 1.00"

    staff.post(edit, TERMS | {"name": "Tea hour", "percent_off": "10", "products": ""})

    sale.refresh_from_db()
    assert (sale.name, str(sale.percent_off), sale.items.count()) == ("Tea hour", "10.00", 2)
    turn(sale.pk, "on")
    assert staff.get(edit).status_code == 302


def test_a_sale_that_waits_can_be_cancelled(staff: Client, goods: Goods) -> None:
    address = made(staff)

    staff.post(address, {"decision": "cancel", "sure": "on"})

    assert FlashSale.objects.get().state == "cancelled"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"products": ""}, "Choose at least one product."),
        ({"products": "JAM-000\nNONE-1"}, "No product has the SKU: NONE-1."),
        ({"products": "JAM-000 cheap"}, "Not a SKU, or a SKU and a price"),
        ({"percent_off": ""}, "Give a percentage, or a price for every product."),
        ({"percent_off": "NaN"}, "Enter a number."),
        ({"percent_off": "0.5"}, "greater than or equal to 1"),
        ({"ends_at": "2020-01-01T00:00"}, "This time has passed already."),
        ({"starts_at": "9999-12-31T23:59"}, "This is more than a year away."),
        ({"starts_at": "2030-01-02T00:00", "ends_at": "2030-01-01T00:00"}, "A sale ends after it has started."),
        ({"name": "bell\x07"}, "can&#x27;t be stored"),
    ],
)
def test_terms_that_make_no_sense_come_back_with_what_is_wrong(
    staff: Client, goods: Goods, fields: dict[str, str], problem: str
) -> None:
    answer = staff.post(reverse(ADD), TERMS | fields)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not FlashSale.objects.exists()


def test_the_list_of_products_puts_a_choice_into_a_new_sale(staff: Client, goods: Goods) -> None:
    chosen = {"action": "put_into_sale", "_selected_action": [str(one) for one in goods.ids[:5]]}

    answer = staff.post(reverse("admin:catalog_product_changelist"), chosen)

    sale = FlashSale.objects.get()
    assert answer.headers["Location"] == reverse("admin:catalog_flashsale_edit", args=[sale.pk])
    assert (sale.state, sale.items.count()) == ("scheduled", 5)


def test_who_may_only_look_can_not_decide(goods: Goods) -> None:
    sale_id = make_sale([goods.id])
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_flashsale"))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    address = reverse("admin:catalog_flashsale_change", args=[sale_id])

    assert "Start it now" not in client.get(address).content.decode()
    assert client.post(address, {"decision": "start", "sure": "on"}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
    assert client.get(reverse("admin:catalog_flashsale_changelist")).status_code == 200


def test_the_preview_has_every_price_page_by_page(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.flash_sales.preview.LINES_PER_PAGE", 12)
    address = reverse("admin:catalog_flashsale_change", args=[make_sale(goods.ids, percent_off="20")])

    pages = [staff.get(address, {"page": page}).context["preview"] for page in ("1", "2", "3", "x", "99")]

    assert [len(page.lines) for page in pages] == [12, 12, 6, 12, 6]
    assert {line.product_id for page in pages[:3] for line in page.lines} == set(goods.ids)
    # Every third is reduced to 3.20 anyway, and the sale would make it 3.60.
    assert (pages[0].products, pages[0].reduced, pages[0].unchanged) == (30, 20, 10)
