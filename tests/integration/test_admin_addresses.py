"""What somebody may write into the address of a list: nothing of it is an error of ours, or reads a table whole."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from catalog.admin.product import ProductAdmin
from catalog.models import Price, Product
from shop.events.admin_bases import AnnouncingAdmin, ReadOnlyAdmin
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.test_admin_history import editable_list

PRODUCTS = "/admin/catalog/product/"


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    "address",
    [
        PRODUCTS + "?created_at__year=999999999",
        PRODUCTS + "?sku__regex=(",
        PRODUCTS + "?description__icontains=a",
        PRODUCTS + "?terms__contains=abc",
        PRODUCTS + "?is_published__regex=(",
        PRODUCTS + "?category__name__regex=(",
        "/admin/events/change/?ids__contains=x",
        "/admin/catalog/reviewsummary/?rating_sum__gt=x",
    ],
)
def test_a_lookup_that_no_filter_sends_is_refused(staff: Client, address: str) -> None:
    assert staff.get(address).status_code == 400


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("query", ["id=x", "pk=" + "9" * 40, "is_published__exact=x", "category=none", "priced=x"])
def test_a_filter_with_a_senseless_value_is_no_error_of_ours(staff: Client, query: str) -> None:
    assert staff.get(f"{PRODUCTS}?{query}").status_code in (200, 302)


def test_the_keys_that_links_send_find_their_rows(staff: Client, goods: Goods) -> None:
    for query in (f"id={goods.id}", f"pk__exact={goods.id}"):
        assert [one.pk for one in staff.get(f"{PRODUCTS}?{query}").context["cl"].result_list] == [goods.id]
    for query in (f"category__id__exact={goods.jams.pk}", f"category={goods.jams.slug}", "is_published__exact=1"):
        assert staff.get(f"{PRODUCTS}?{query}").context["cl"].result_count == len(goods.ids)
    assert staff.get(f"/admin/catalog/review/?product={goods.id}").context["cl"].result_count == 2


@pytest.mark.usefixtures("goods")
def test_columns_sort_that_say_so_and_no_others(staff: Client) -> None:
    bounded = [one for one in admin.site._registry.values() if isinstance(one, AnnouncingAdmin | ReadOnlyAdmin)]
    assert len(bounded) > 8
    for one in bounded:
        address = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist")
        for number in range(10):
            changelist = staff.get(f"{address}?o=-{number}").context["cl"]
            ordered = list(changelist.get_ordering_field_columns().keys() if "o" in changelist.params else ())
            names = [changelist.list_display[index] for index in ordered]
            assert [name for name in names if name not in changelist.sortable_by] == [], f"{address}?o=-{number}"


@pytest.mark.usefixtures("goods")
def test_a_senseless_order_is_left_out(staff: Client) -> None:
    shown = [product.pk for product in staff.get(PRODUCTS).context["cl"].result_list]

    for order in ("1", "99", "x", "-", "--2", "²", "1.99.x", "", "9" * 5000):
        page = staff.get(PRODUCTS, {"o": order})
        assert [product.pk for product in page.context["cl"].result_list] == shown, order[:9]


def test_a_list_that_is_longer_than_a_page_can_be_saved_whatever_the_address_asks_for(
    staff: Client, goods: Goods
) -> None:
    with announced_changes():
        for number in range(90):
            product = Product.objects.create(sku=f"X{number}", slug="x", name="X", brand="X", category=goods.jams)
            Price.objects.create(product=product, regular_amount=1, amount=1)
    address = "/admin/catalog/price/?all="

    page = staff.get(address)
    saved = staff.post(address, editable_list(staff, address, regular_amount="77.00"))

    assert len(page.context["cl"].result_list) == ProductAdmin.list_per_page
    assert len(re.findall(r"[?&]all=", staff.get("/admin/catalog/price/").content.decode())) == 0
    assert saved.status_code == 302
    assert Price.objects.filter(regular_amount=77).count() == 1
