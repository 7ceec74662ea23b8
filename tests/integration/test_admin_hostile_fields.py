"""What no browser sends by itself, typed into the admin's forms: an error of the field, and nothing is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Category, Price, Product
from tests.goods import Goods
from tests.integration.test_admin_writes import form_of

DEEP = "[" * 100_000
LARGE = "1" + "0" * 400
TOO_LARGE = "9" * 5000


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(str(error) for error in response.context["errors"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{"weight": ' + LARGE + "}", "Weight: is at most"),
        ('{"weight": ' + TOO_LARGE + "}", "Enter a valid JSON"),
        ('{"weight": 1e400}', "Weight: is at most"),
        ('{"weight": NaN}', "Weight: is at most"),
        ('{"\\ud800": 1}', "can&#x27;t be stored"),
        ('{"fruit": "\\ud800"}', "Fruit: is one of"),
        (DEEP, "Enter a valid JSON"),
    ],
    ids=["large", "too large", "infinite", "nan", "half a key", "half a value", "deep"],
)  # fmt: skip
def test_attributes_that_nobody_types_are_an_error_of_their_field(
    staff: Client, goods: Goods, typed: str, said: str
) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])

    response = staff.post(address, form_of(staff, address) | {"attributes": typed})

    assert said in errors_of(response)
    assert response.context["adminform"].form["attributes"].value() == typed
    assert Product.objects.get(pk=goods.id).attributes["weight"] == 340


@pytest.mark.parametrize(
    "typed",
    [
        '[{"key": "\\ud800"}]',
        '[{"key": "\\ud800", "label": "A", "kind": "text", "unit": "", "choices": []}]',
        '[{"key": "a", "label": "\\ud800", "kind": "text", "unit": "", "choices": []}]',
        '[{"key": "a", "label": "A", "kind": "\\ud800", "unit": "", "choices": []}]',
        '[{"key": "a", "label": "A", "kind": {}, "unit": "", "choices": []}]',
        TOO_LARGE,
        DEEP,
    ],
    ids=["half", "half a key", "half a label", "half a kind", "no kind", "too large", "deep"],
)
def test_a_schema_that_nobody_types_is_an_error_of_its_field(staff: Client, goods: Goods, typed: str) -> None:
    address = reverse("admin:catalog_category_change", args=[goods.jams.pk])

    response = staff.post(address, form_of(staff, address) | {"attribute_schema": typed})

    assert errors_of(response)
    assert response.context["adminform"].form["attribute_schema"].value() == typed
    assert Category.objects.get(pk=goods.jams.pk).attribute_schema == goods.jams.attribute_schema


@pytest.mark.parametrize("typed", ["sNaN", "NaN", "-sNaN1", "Infinity"])
@pytest.mark.parametrize("model", ["product", "price"])
def test_a_price_that_is_no_number_is_an_error_of_its_field(
    staff: Client, goods: Goods, model: str, typed: str
) -> None:
    address = reverse(f"admin:catalog_{model}_change", args=[goods.id])
    field = "price-0-regular_amount" if model == "product" else "regular_amount"

    response = staff.post(address, form_of(staff, address) | {field: typed})

    assert "Enter a number." in errors_of(response)
    assert Price.objects.get(pk=goods.id).regular_amount == Price.objects.get(pk=goods.ids[1]).regular_amount


def test_a_price_in_a_list_that_is_no_number_is_an_error_of_its_row(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_changelist")
    formset = staff.get(address).context["cl"].formset
    fields = {field.html_name: field.value() for form in [formset.management_form, *formset.forms] for field in form}
    sent = {name: "" if value is None else value for name, value in fields.items()}

    response = staff.post(address, sent | {"form-0-regular_amount": "sNaN", "_save": "Save"})

    assert response.status_code == 200
    assert response.context["cl"].formset.forms[0].errors == {"regular_amount": ["Enter a number."]}
