"""Who changed what: every way of changing something in the admin leaves the old and the new value."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Category, Price, Product
from shop.events.history import Recorded, record_changes
from tests.goods import Goods
from tests.integration.test_admin_writes import form_of, save


def told(model: str) -> list[str]:
    entries = LogEntry.objects.filter(content_type__model=model).order_by("id")
    return [entry.get_change_message() for entry in entries]


def editable_list(staff: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send back from a list with editable columns; `changes` are those of its last row."""
    formset = staff.get(address).context["cl"].formset
    fields = {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset.forms:
        shown = {field.html_name: field.value() for field in form}
        hidden = {field.html_initial_name: field.value() for field in form if field.field.show_hidden_initial}
        typed = {f"{form.prefix}-{name}": value for name, value in changes.items()}
        sent = shown | hidden | (typed if form is formset.forms[-1] else {})
        fields |= {name: value for name, value in sent.items() if value not in (None, False)}
    return fields | {"_save": "Save"}


def test_a_form_tells_old_and_new_values_of_the_object_and_its_inline(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])

    save(staff, address, form_of(staff, address) | {"name": "Damson jam", "price-0-amount": "2.10"})

    assert told("product") == [
        "Changed name from “Plum jam 0” to “Damson jam”. Changed amount from “3.20” to “2.10” for price “2.10 EUR”."
    ]


def test_a_number_that_is_written_in_another_way_is_told(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    attributes = '{"organic": true, "fruit": "cherry", "weight": 340.0}'

    save(staff, address, form_of(staff, address) | {"attributes": attributes})

    assert "340.0" in told("product")[0]


def test_a_row_is_told_by_its_name(staff: Client, goods: Goods) -> None:
    honey = Category.objects.create(name="Honey", slug="honey", attribute_schema=goods.jams.attribute_schema)
    address = reverse("admin:catalog_product_change", args=[goods.id])

    save(staff, address, form_of(staff, address) | {"category": honey.pk})

    assert told("product") == ["Changed category from “Jams” to “Honey”."]


def test_an_editable_column_tells_old_and_new_values(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_changelist")

    save(staff, address, editable_list(staff, address, is_published=None))

    assert told("product") == ["Changed published from “yes” to “no”."]


def test_a_list_that_was_opened_before_somebody_else_s_change_does_not_undo_it(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_changelist")
    last_shown = list(staff.get(address).context["cl"].result_list)[-1].pk
    fields = editable_list(staff, address, amount="1.23")
    theirs = goods.ids[20]
    Price.objects.filter(pk=theirs).update(amount="2.00")

    save(staff, address, fields)

    assert Price.objects.get(pk=last_shown).amount == Decimal("1.23")
    assert Price.objects.get(pk=theirs).amount == Decimal("2.00")
    assert len(told("price")) == 1


def test_nothing_changed_is_told_as_that(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])

    save(staff, address, form_of(staff, address))

    assert told("product") == ["No fields changed."]


def test_a_password_is_never_told(staff: Client, goods: Goods) -> None:
    fields = {"username": "clerk", "password1": "walnut-42-crate", "password2": "walnut-42-crate"}
    fields |= {"usable_password": "true"}

    save(staff, reverse("admin:auth_user_add"), fields)
    clerk = User.objects.get(username="clerk")
    fields = {"password1": "hazel-43-barrel", "password2": "hazel-43-barrel", "usable_password": "true"}
    changed = staff.post(reverse("admin:auth_user_password_change", args=[clerk.pk]), fields)

    assert changed.status_code == 302
    assert told("user") == ["Added.", "Changed password."]
    messages = [entry.change_message for entry in LogEntry.objects.filter(content_type__model="user")]
    assert not [message for message in messages if "walnut" in message or "hazel" in message]


def test_a_change_of_a_user_is_told_with_its_values(staff: Client, goods: Goods) -> None:
    address = reverse("admin:auth_user_change", args=[User.objects.get(username="keeper").pk])
    fields = form_of(staff, address)
    fields |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00", "last_name": "Miller"}

    save(staff, address, {name: value for name, value in fields.items() if value not in (None, [])})

    assert "last name from “nothing” to “Miller”" in told("user")[0]


def test_an_object_s_history_page_shows_the_values(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    save(staff, address, form_of(staff, address) | {"brand": "Quincetree"})

    page = staff.get(reverse("admin:catalog_product_history", args=[goods.id])).content.decode()

    assert "Changed brand from “Orchard 0” to “Quincetree”." in page


def test_a_product_s_history_page_shows_what_became_of_its_price_and_the_newest_first(
    staff: Client, goods: Goods
) -> None:
    keeper = User.objects.get(username="keeper")
    fields = {"amount": (Decimal("3.20"), Decimal("2.88"))}
    record_changes(user_id=keeper.pk, model=Product, changes=[Recorded(object_id=goods.id, name="Jam", added=True)])
    record_changes(user_id=keeper.pk, model=Price, changes=[Recorded(object_id=goods.id, name="Jam", fields=fields)])
    record_changes(user_id=keeper.pk, model=Category, changes=[Recorded(object_id=goods.id, name="Not this")])

    page = staff.get(reverse("admin:catalog_product_history", args=[goods.id]))

    messages = [entry.get_change_message() for entry in page.context["action_list"]]
    assert messages == ["Changed amount from “3.20” to “2.88”.", "Added."]


def test_a_long_history_is_shown_in_pages(staff: Client, goods: Goods) -> None:
    keeper = User.objects.get(username="keeper")
    changes = [Recorded(object_id=goods.id, name="Jam", fields={"name": (n, n + 1)}) for n in range(150)]
    record_changes(user_id=keeper.pk, model=Product, changes=changes)
    address = reverse("admin:catalog_product_history", args=[goods.id])

    pages = [staff.get(address, {"p": number}) for number in (1, 2, 99)]

    assert [len(page.context["action_list"]) for page in pages] == [100, 50, 50]
    assert "150 entries" in pages[0].content.decode()


@pytest.mark.usefixtures("goods")
def test_many_changes_are_recorded_by_few_statements(staff: Client) -> None:
    keeper = User.objects.get(username="keeper")
    changes = [Recorded(object_id=pk, name=f"Jam {pk}", fields={"amount": (1, 2)}) for pk in range(5000)]

    with CaptureQueriesContext(connection) as queries:
        assert record_changes(user_id=keeper.pk, model=Product, changes=changes) == 5000

    assert len([query for query in queries if query["sql"].startswith("INSERT")]) <= 3
    assert LogEntry.objects.count() == 5000
    assert told("product")[0] == "Changed amount from “1” to “2”."


@pytest.mark.usefixtures("goods")
def test_an_addition_is_told_as_one(staff: Client) -> None:
    keeper = User.objects.get(username="keeper")

    record_changes(user_id=keeper.pk, model=Product, changes=[Recorded(object_id=1, name="Jam", added=True)])

    assert told("product") == ["Added."]
    assert LogEntry.objects.get().is_addition()


@pytest.mark.usefixtures("goods")
def test_long_values_and_braces_are_told_safely(staff: Client) -> None:
    keeper = User.objects.get(username="keeper")
    fields = {"description": ("{0} {name}", "x" * 5000), "attributes": ({}, {"organic": True})}

    record_changes(user_id=keeper.pk, model=Product, changes=[Recorded(object_id=1, name="J" * 500, fields=fields)])

    (message,) = told("product")
    assert "{0} {name}" in message
    assert "{}" in message
    assert len(message) < 600


def history(staff: Client, **query: str) -> list[str]:
    page = staff.get(reverse("admin:admin_logentry_changelist"), query)
    assert page.status_code == 200
    return [entry.object_repr for entry in page.context["cl"].result_list]


@pytest.mark.usefixtures("goods")
def test_the_history_of_all_is_found_by_user_and_by_day(staff: Client) -> None:
    keeper, clerk = User.objects.get(username="keeper"), User.objects.create_user("clerk", is_staff=True)
    for user, name, when in (
        (keeper, "old", "2026-03-01"),
        (clerk, "theirs", "2026-03-02"),
        (keeper, "new", "2026-03-03"),
    ):
        record_changes(user_id=user.pk, model=Product, changes=[Recorded(object_id=1, name=name)])
        LogEntry.objects.filter(object_repr=name).update(action_time=f"{when}T23:59:59Z")

    assert history(staff) == ["new", "theirs", "old"]
    assert history(staff, user=str(clerk.pk)) == ["theirs"]
    assert history(staff, day="2026-03-01") == ["old"]
    assert history(staff, user=str(keeper.pk), day="2026-03-02") == []


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    "query", [{"user": "x"}, {"user": "9" * 40}, {"day": "soon"}, {"day": "2026-02-31"}, {"day": "9999-12-31"}]
)
def test_a_filter_that_makes_no_sense_is_no_error_of_ours(staff: Client, query: dict[str, str]) -> None:
    assert staff.get(reverse("admin:admin_logentry_changelist"), query).status_code in (200, 302)


@pytest.mark.usefixtures("goods")
def test_nobody_writes_history_by_hand(staff: Client) -> None:
    record_changes(user_id=User.objects.get().pk, model=Product, changes=[Recorded(object_id=1, name="Jam")])
    entry = LogEntry.objects.get()

    assert staff.get(reverse("admin:admin_logentry_add")).status_code == 403
    assert staff.post(reverse("admin:admin_logentry_change", args=[entry.pk]), {"object_repr": "x"}).status_code == 403
    assert staff.post(reverse("admin:admin_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
