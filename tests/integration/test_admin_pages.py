import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from shop.events.admin_bases import BoundedPaginator
from tests.goods import Goods

OURS = sorted(
    model._meta.label_lower for model in site._registry if model._meta.app_label in ("catalog", "events", "auth")
)


def changelist(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


@pytest.mark.parametrize("label", OURS)
def test_every_table_s_list_opens_with_few_queries(staff: Client, goods: Goods, label: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(changelist(label)).status_code == 200

    assert len(queries) <= 9


@pytest.mark.parametrize("label", [label for label in OURS if not label.startswith("auth")])
def test_no_list_counts_its_whole_table_beside_the_filters(staff: Client, goods: Goods, label: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(changelist(label), {"_facets": "True"})

    assert page.status_code in (200, 302)
    assert not [query for query in queries if "__c" in query["sql"]]


@pytest.mark.parametrize("label", ["catalog.product", "catalog.price", "catalog.review", "catalog.category"])
def test_every_writable_table_has_a_form_to_add_a_row(staff: Client, goods: Goods, label: str) -> None:
    assert staff.get(reverse(f"admin:{label.replace('.', '_')}_add")).status_code == 200


@pytest.mark.parametrize("label", ["catalog.reviewsummary", "catalog.relatedproducts", "events.change"])
def test_what_triggers_write_can_only_be_looked_at(staff: Client, goods: Goods, label: str) -> None:
    assert staff.get(reverse(f"admin:{label.replace('.', '_')}_add")).status_code == 403


def test_products_are_found_by_sku_and_in_spite_of_a_typing_error(staff: Client, goods: Goods) -> None:
    by_sku = staff.get(changelist("catalog.product"), {"q": "JAM-003"})
    by_name = staff.get(changelist("catalog.product"), {"q": "plumm"})

    assert [product.sku for product in by_sku.context["cl"].result_list] == ["JAM-003"]
    assert len(by_name.context["cl"].result_list) == 30


def test_prices_and_reviews_are_found_by_their_product(staff: Client, goods: Goods) -> None:
    prices = staff.get(changelist("catalog.price"), {"q": "JAM-003"})
    reviews = staff.get(changelist("catalog.review"), {"q": "JAM-000"})

    assert [price.product_id for price in prices.context["cl"].result_list] == [goods.ids[3]]
    assert len(reviews.context["cl"].result_list) == 2


def test_a_product_is_chosen_by_typing_its_name(staff: Client, goods: Goods) -> None:
    query = {"term": "plum", "app_label": "catalog", "model_name": "review", "field_name": "product"}

    found = staff.get(reverse("admin:autocomplete"), query).json()["results"]

    assert found


def test_a_category_with_something_in_it_can_t_be_deleted(staff: Client, goods: Goods) -> None:
    response = staff.post(reverse("admin:catalog_category_delete", args=[goods.jams.pk]), {"post": "yes"})

    assert response.status_code == 403


@pytest.mark.parametrize("chosen", ["x", "9" * 40, "-1", "1;drop table"])
def test_a_selection_that_is_no_id_is_refused(staff: Client, goods: Goods, chosen: str) -> None:
    fields = {"action": "delete_selected", "_selected_action": [chosen], "post": "yes"}

    assert staff.post(changelist("catalog.product"), fields).status_code == 400


@pytest.mark.parametrize("object_id", ["x", "9" * 40, "-1"])
def test_an_id_that_nothing_has_leads_back(staff: Client, goods: Goods, object_id: str) -> None:
    assert staff.get(reverse("admin:catalog_product_change", args=[object_id])).status_code == 302


def test_counting_stops_where_nobody_pages_to(goods: Goods) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert BoundedPaginator(Product.objects.order_by("id"), 10).count == 30

    assert "LIMIT 10000" in queries[0]["sql"]
