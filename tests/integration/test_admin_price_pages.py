"""The pages of a bulk price change, as a browser walks them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from catalog.admin import price_change_pages
from catalog.models import Price, PriceChangePlan
from tests.goods import Goods

ADD = "admin:catalog_pricechangeplan_add"
RULE = {"kind": "lower_percent", "value": "10", "rounding": "cents", "floor": "", "ends_at": ""}


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def chosen_plan(staff: Client, **fields: str) -> str:
    """Choose products, and return the address of the plan's rule."""
    response = staff.post(reverse(ADD), fields)
    assert response.status_code == 302
    return str(response.headers["Location"])


def preview(staff: Client, **rule: Any) -> str:
    """Walk to the preview of a rule for all jams, and return its address."""
    response = staff.post(chosen_plan(staff, category="jams"), RULE | rule)
    assert response.status_code == 302
    return str(response.headers["Location"])


def test_every_new_price_is_shown_and_applied_prices_are_in_the_shop(
    staff: Client, visitor: Client, goods: Goods
) -> None:
    address = preview(staff)

    page = staff.get(address)

    text = page.content.decode()
    assert text.count("JAM-0") == 30
    assert "Apply 30 new prices" in text
    assert "2.88" in text
    applied = staff.post(address, {"decision": "apply", "revision": page.context["form"]["revision"].value()})
    assert said(applied) == ["30 prices were changed."]
    assert visitor.get(f"/api/products/{goods.id}").json()["price"]["amount"] == "2.88"
    assert "Applied at" in staff.get(address).content.decode()


def test_a_second_press_says_who_was_first(staff: Client, goods: Goods) -> None:
    address = preview(staff)
    press = {"decision": "apply", "revision": 1}
    staff.post(address, press)

    second = staff.post(address, press)

    (message,) = (message for message in said(second) if message.startswith("Nothing"))
    assert message.startswith("Nothing was changed now: this was applied at 20")
    assert message.endswith("by keeper already.")


def test_the_choice_of_the_product_list_leads_to_the_rule(staff: Client, goods: Goods) -> None:
    fields = {"action": "change_prices", "_selected_action": goods.ids[:2], "index": 0, "select_across": 0}

    response = staff.post(reverse("admin:catalog_product_changelist"), fields)

    page = staff.get(response.headers["Location"]).content.decode()
    assert "What is to become of 2 prices?" in page


@pytest.mark.parametrize(
    ("fields", "found"),
    [({"category": "pantry"}, 30), ({"only": "sale"}, 10), ({"only": "regular"}, 20), ({"words": "plum"}, 30)],
)
def test_products_are_chosen_by_category_words_and_price(
    staff: Client, goods: Goods, fields: dict[str, str], found: int
) -> None:
    chosen_plan(staff, **fields)

    assert PriceChangePlan.objects.get().lines.count() == found


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"words": "petrol"}, "No product is like that."),
        ({"category": "nowhere"}, "Select a valid choice."),
        ({"only": "x"}, "Select a valid choice."),
        ({"words": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_choice_of_nothing_is_refused_and_what_was_typed_stays(
    staff: Client, goods: Goods, fields: dict[str, str], message: str
) -> None:
    response = staff.post(reverse(ADD), fields)

    assert response.status_code == 422
    text = response.content.decode()
    assert message in text
    assert all(value in text for value in fields.values() if value not in ("nowhere", "x"))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"value": ""}, "Say how much."),
        ({"value": "ten"}, "Enter a number."),
        ({"value": "-5"}, "Give a number above 0."),
        ({"value": "100"}, "less than 100 percent"),
        ({"value": "NaN"}, "Enter a number."),
        ({"value": "1e9"}, "Ensure that there are no more than"),
        ({"kind": "x"}, "Select a valid choice."),
        ({"floor": "-1"}, "greater than or equal to 0"),
        ({"ends_at": "2030-01-01T10:00"}, "Only a sale has an end"),
        ({"kind": "sale_percent", "ends_at": "2020-01-01T10:00"}, "This time has passed already."),
        ({"kind": "sale_percent", "ends_at": "soon"}, "Enter a valid date/time."),
        ({"kind": "sale_percent", "ends_at": "9999-12-31T23:59-14:00"}, "There is no such time."),
        ({"kind": "sale_percent", "ends_at": "0001-01-01T00:00+14:00"}, "There is no such time."),
        ({"kind": "sale_percent", "ends_at": "9999-12-31T23:59"}, "A sale ends within ten years."),
        ({"kind": "sale_percent", "value": "sNaN"}, "Enter a number."),
        ({"kind": "sale_percent", "ends_at": "9999-12-31T23:59:99"}, "Enter a valid date/time."),
    ],
)
def test_a_broken_rule_is_refused_in_words_and_what_was_typed_stays(
    staff: Client, goods: Goods, rule: dict[str, str], message: str
) -> None:
    response = staff.post(chosen_plan(staff, category="jams"), RULE | {"floor": "1.23"} | rule)

    assert response.status_code == 422
    text = response.content.decode()
    assert message in text
    assert rule.get("floor", "1.23") in text


def test_the_last_rule_is_in_its_form_again(staff: Client, goods: Goods) -> None:
    address = preview(staff, kind="sale_percent", ends_at="2030-01-01T10:00", floor="1.50", rounding="nine")

    form = staff.get(address.replace("/change/", "/rule/")).context["form"]

    wanted = {"kind": "sale_percent", "value": "10", "ends_at": "2030-01-01T10:00", "floor": "1.50", "rounding": "nine"}
    assert {name: form[name].value() for name in wanted} == wanted
    assert staff.post(address.replace("/change/", "/rule/"), {**wanted}).status_code == 302


def test_prices_that_moved_are_named_on_the_page(staff: Client, goods: Goods) -> None:
    address = preview(staff)
    Price.objects.filter(pk=goods.ids[1]).update(amount="4.00")

    staff.post(address, {"decision": "apply", "revision": 1})

    text = staff.get(address).content.decode()
    assert "JAM-001" in text
    assert "it costs 4.00 EUR by now" in text


def test_the_whole_change_is_refused_where_that_was_ticked(staff: Client, goods: Goods) -> None:
    address = preview(staff)
    Price.objects.filter(pk=goods.ids[1]).update(amount="4.00")

    refused = staff.post(address, {"decision": "apply", "revision": 1, "whole": "on"})

    assert said(refused)[0].startswith("Nothing was changed. 1 prices have changed since the preview. (JAM-001)")
    assert not Price.objects.filter(amount="4.05").exists()


@pytest.mark.parametrize("revision", ["0", "7", "x", "", "9" * 30])
def test_a_page_that_is_not_the_newest_preview_applies_nothing(staff: Client, goods: Goods, revision: str) -> None:
    address = preview(staff)

    response = staff.post(address, {"decision": "apply", "revision": revision})

    assert response.status_code == 302
    assert "newer preview" in said(response)[0]
    assert PriceChangePlan.objects.get().state == "draft"


def test_a_discarded_change_says_so_and_offers_nothing(staff: Client, goods: Goods) -> None:
    address = preview(staff)

    staff.post(address, {"decision": "discard"})

    text = staff.get(address).content.decode()
    assert "Discarded at" in text
    assert "Apply" not in text


@pytest.mark.parametrize("fields", [{}, {"decision": ""}, {"decision": "Apply"}, {"decision": "delete"}])
def test_what_is_no_decision_applies_nothing(staff: Client, goods: Goods, fields: dict[str, str]) -> None:
    address = preview(staff)

    response = staff.post(address, {"revision": 1, **fields})

    assert response.status_code == 400
    assert PriceChangePlan.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("apply_plan", {"decision": "apply", "revision": "1"}),
        ("discard_plan", {"decision": "discard"}),
        ("preview_plan", RULE),
    ],
)
def test_a_plan_that_is_pruned_under_the_page_is_said_to_be_gone(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch, operation: str, fields: dict[str, str]
) -> None:
    address = preview(staff)
    real = getattr(price_change_pages, operation)

    def late(**arguments: Any) -> Any:
        PriceChangePlan.objects.all().delete()
        return real(**arguments)

    monkeypatch.setattr(price_change_pages, operation, late)
    response = staff.post(address.replace("/change/", "/rule/") if operation == "preview_plan" else address, fields)

    assert response.status_code == 302
    assert "Perhaps it was deleted?" in said(response)[-1]
    assert not Price.objects.filter(amount="4.05").exists()


def test_a_number_in_powers_of_ten_is_kept_as_people_write_it(staff: Client, goods: Goods) -> None:
    address = preview(staff, value="1e1", floor="1e0")

    assert "Lower by 10%, never below 1" in staff.get(address).content.decode()


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?show=refused", "?show=%3Cscript%3E", "?page=-1&show=same"])
def test_any_page_of_the_preview_answers(staff: Client, goods: Goods, query: str) -> None:
    response = staff.get(preview(staff) + query)

    assert response.status_code == 200
    assert "<script>" not in response.content.decode().split("Every price")[1]


@pytest.mark.parametrize("plan", ["x", "0", "9" * 40])
@pytest.mark.parametrize("page", ["rule", "change"])
def test_a_plan_that_is_not_there_leads_away(staff: Client, goods: Goods, plan: str, page: str) -> None:
    address = reverse("admin:catalog_pricechangeplan_changelist") + f"{plan}/{page}/"

    assert staff.get(address).status_code in (302, 404)


def test_who_may_only_look_at_prices_sees_plans_and_changes_none(staff: Client, goods: Goods) -> None:
    address = preview(staff)
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_price"))
    client = Client()
    client.force_login(clerk)

    assert client.get(address).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(address, {"decision": "apply", "revision": 1}).status_code == 403
    assert client.post(address.replace("/change/", "/rule/"), RULE).status_code == 403
    assert PriceChangePlan.objects.get().state == "draft"
