"""Every write in the admin, made through its real views, is in the next answer of the API."""

from typing import Any

from django.test import Client
from django.urls import reverse

from catalog.models import Category, Price, Product, Review
from tests.goods import Goods


def shown(visitor: Client, goods: Goods, number: int = 0) -> Any:
    return visitor.get(f"/api/products/{goods.ids[number]}").json()


def form_of(staff: Client, address: str) -> dict[str, Any]:
    """What a browser would send back from a change form, unchanged."""
    context = staff.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                fields[field.html_name] = value
    return fields


def save(staff: Client, address: str, fields: dict[str, Any]) -> None:
    response = staff.post(address, {name: value for name, value in fields.items() if value is not None})
    assert response.status_code == 302, response.context["errors"]


def test_a_change_form_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    shown(visitor, goods)
    address = reverse("admin:catalog_product_change", args=[goods.id])

    save(staff, address, form_of(staff, address) | {"name": "Damson jam"})

    assert shown(visitor, goods)["name"] == "Damson jam"


def test_a_price_on_the_product_s_form_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    shown(visitor, goods)
    address = reverse("admin:catalog_product_change", args=[goods.id])

    save(staff, address, form_of(staff, address) | {"price-0-amount": "2.10"})

    assert shown(visitor, goods)["price"]["amount"] == "2.10"


def test_an_editable_price_in_the_list_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    shown(visitor, goods)
    address = reverse("admin:catalog_price_changelist")
    formset = staff.get(address).context["cl"].formset
    fields = {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset.forms:
        fields[f"{form.prefix}-product"] = form.instance.pk
        fields[f"{form.prefix}-regular_amount"] = form.instance.regular_amount
        fields[f"{form.prefix}-amount"] = "1.23" if form.instance.pk == goods.id else form.instance.amount

    save(staff, address, fields | {"_save": "Save"})

    assert shown(visitor, goods)["price"]["amount"] == "1.23"


def test_a_bulk_delete_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    shown(visitor, goods)
    address = reverse("admin:catalog_product_changelist")
    fields = {"action": "delete_selected", "_selected_action": [goods.ids[0], goods.ids[1]], "post": "yes"}

    response = staff.post(address, fields)

    assert response.status_code == 302
    assert Product.objects.filter(pk__in=goods.ids[:2]).count() == 0
    assert visitor.get(f"/api/products/{goods.id}").status_code == 404


def test_a_deleted_review_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    assert shown(visitor, goods)["reviews"]["count"] == 2
    review = Review.objects.get(author="Ann")

    response = staff.post(reverse("admin:catalog_review_delete", args=[review.pk]), {"post": "yes"})

    assert response.status_code == 302
    assert shown(visitor, goods)["reviews"]["count"] == 1


def test_a_renamed_category_is_seen_by_the_next_read(staff: Client, visitor: Client, goods: Goods) -> None:
    shown(visitor, goods)
    address = reverse("admin:catalog_category_change", args=[goods.jams.pk])

    save(staff, address, form_of(staff, address) | {"name": "Preserves"})

    assert shown(visitor, goods)["category"]["name"] == "Preserves"


def test_a_new_product_is_found_though_it_was_looked_for_before(staff: Client, visitor: Client, goods: Goods) -> None:
    next_id = max(goods.ids) + 1
    assert visitor.get(f"/api/products/{next_id}").status_code == 404
    address = reverse("admin:catalog_product_add")
    fields = form_of(staff, address) | {
        "name": "Fig jam",
        "brand": "Orchard 1",
        "sku": "JAM-FIG",
        "slug": "fig-jam",
        "category": goods.jams.pk,
        "attributes": "{}",
        "price-0-regular_amount": "5.00",
        "price-0-amount": "5.00",
        "price-0-currency": "EUR",
    }

    save(staff, address, fields)

    assert Product.objects.get(sku="JAM-FIG").pk == next_id
    assert visitor.get(f"/api/products/{next_id}").json()["price"]["amount"] == "5.00"


def test_attributes_that_the_category_does_not_know_are_refused_in_words(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])

    response = staff.post(address, form_of(staff, address) | {"attributes": '{"colour": "red"}'})

    assert response.status_code == 200
    assert "has no attribute" in response.content.decode()


def test_a_broken_attribute_schema_is_refused_in_words(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_category_change", args=[goods.jams.pk])

    response = staff.post(address, form_of(staff, address) | {"attribute_schema": '[{"key": "X"}]'})

    assert response.status_code == 200
    assert "Each attribute is an object" in response.content.decode()
    assert Category.objects.get(pk=goods.jams.pk).attribute_schema == goods.jams.attribute_schema


def test_a_price_above_the_regular_one_is_refused_in_words(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_change", args=[goods.id])

    response = staff.post(address, form_of(staff, address) | {"amount": "99.00"})

    assert response.status_code == 200
    assert "at most the regular price" in response.content.decode()
    assert Price.objects.get(pk=goods.id).amount < 99
