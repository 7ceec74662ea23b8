"""Forms and lists that stood open while somebody else changed the same: what was not touched is not written."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from catalog.bulk.flags import set_flag
from catalog.models import Price, Product
from tests.goods import Goods
from tests.integration.test_admin_history import editable_list, told
from tests.integration.test_admin_writes import form_of, save


def opened_form(staff: Client, address: str) -> dict[str, Any]:
    """What a browser would send back, with what each field was when the form was shown."""
    context = staff.get(address).context
    forms = [context["adminform"].form, *(form for one in context["inline_admin_formsets"] for form in one.formset)]
    hidden = {
        field.html_initial_name: field.value() for form in forms for field in form if field.field.show_hidden_initial
    }
    return form_of(staff, address) | {name: "" if value is None else value for name, value in hidden.items()}


def last_of_the_list(staff: Client, address: str) -> int:
    pk: int = list(staff.get(address).context["cl"].result_list)[-1].pk
    return pk


def test_a_touched_row_of_a_list_leaves_its_other_columns_as_they_are_now(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_changelist")
    product_id = last_of_the_list(staff, address)
    fields = editable_list(staff, address, is_featured="on")
    keeper = User.objects.get(username="keeper")
    set_flag(product_ids=[product_id], flag="is_published", value=False, user_id=keeper.pk)

    save(staff, address, fields)

    product = Product.objects.get(pk=product_id)
    assert (product.is_published, product.is_featured) == (False, True)
    assert told("product") == ["Changed published from “yes” to “no”.", "Changed featured from “no” to “yes”."]


def test_a_touched_price_of_a_list_leaves_the_regular_price_as_it_is_now(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_changelist")
    product_id = last_of_the_list(staff, address)
    fields = editable_list(staff, address, amount="1.23")
    Price.objects.filter(pk=product_id).update(regular_amount="9.00")

    save(staff, address, fields)

    price = Price.objects.get(pk=product_id)
    assert (price.amount, price.regular_amount) == (Decimal("1.23"), Decimal("9.00"))
    assert told("price") == ["Changed amount from “3.20” to “1.23”."]


def test_the_row_of_now_is_checked_as_a_whole(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_changelist")
    product_id = last_of_the_list(staff, address)
    fields = editable_list(staff, address, amount="4.00")
    Price.objects.filter(pk=product_id).update(regular_amount="3.50")

    page = staff.post(address, fields)

    assert "at most the regular price" in page.content.decode()
    assert Price.objects.get(pk=product_id).amount == Decimal("3.20")


def test_a_product_s_form_puts_no_old_price_flag_or_brand_back(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    fields = opened_form(staff, address) | {"name": "Damson jam"}
    Price.objects.filter(pk=goods.id).update(amount="2.00")
    Product.objects.filter(pk=goods.id).update(is_published=False, brand="Quincetree", attributes={"organic": False})

    save(staff, address, fields)

    product = Product.objects.get(pk=goods.id)
    assert (product.name, product.brand, product.is_published) == ("Damson jam", "Quincetree", False)
    assert product.attributes == {"organic": False}
    assert product.price.amount == Decimal("2.00")
    assert told("product") == ["Changed name from “Plum jam 0” to “Damson jam”."]


def test_a_price_typed_into_a_product_s_form_leaves_the_rest_of_the_price_as_it_is_now(
    staff: Client, goods: Goods
) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    fields = opened_form(staff, address) | {"price-0-amount": "2.10"}
    Price.objects.filter(pk=goods.id).update(regular_amount="9.00")

    save(staff, address, fields)

    price = Price.objects.get(pk=goods.id)
    assert (price.amount, price.regular_amount) == (Decimal("2.10"), Decimal("9.00"))


@pytest.mark.parametrize("field", ["is_published", "description"])
def test_what_was_emptied_is_written(staff: Client, goods: Goods, field: str) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    fields = opened_form(staff, address)
    fields |= {field: None if field == "is_published" else ""}

    save(staff, address, fields)

    assert not getattr(Product.objects.get(pk=goods.id), field)
