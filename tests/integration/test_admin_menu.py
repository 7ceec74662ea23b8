"""The admin's menu: who is led where, what is marked, and the number of reviews that wait."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.models import Review
from tests.goods import Goods

HOME = "/admin/"


def test_the_menu_leads_where_somebody_may_go_and_says_how_many_reviews_wait(staff: Client, goods: Goods) -> None:
    page = staff.get(HOME).content.decode()
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_product"))
    client = Client()
    client.force_login(clerk)

    assert "/admin/catalog/review/?status=new" in page
    menu = client.get("/admin/catalog/product/").content.decode()
    assert "/admin/catalog/product/csv/" in menu
    assert "/admin/catalog/review/" not in menu


@pytest.mark.parametrize(
    "codename",
    [
        "view_product", "change_product", "view_price", "change_price", "view_pricechangeplan", "view_review",
        "change_review", "view_category", "view_logentry", "view_change",
    ],
)  # fmt: skip
def test_no_link_of_menu_and_dashboard_is_refused(goods: Goods, codename: str) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename=codename))
    client = Client()
    client.force_login(clerk)
    page = client.get(HOME)

    menu = {
        item["link"]
        for group in page.context["sidebar_navigation"]
        for item in group["items"]
        if item["has_permission"]
    }
    links = set(re.findall(r'href="(/admin/catalog/[^"]*)"', page.content.decode()))
    refused = [address for address in menu | links if client.get(address).status_code == 403]

    assert refused == []


def test_who_may_look_at_prices_is_led_to_their_changes(goods: Goods) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_price"))
    client = Client()
    client.force_login(clerk)

    assert "/admin/catalog/pricechangeplan/" in client.get("/admin/catalog/price/").content.decode()


def test_the_badge_goes_when_nothing_waits(staff: Client, goods: Goods) -> None:
    def badge() -> Any:
        groups = staff.get("/admin/auth/group/").context["sidebar_navigation"]
        (item,) = (item for group in groups for item in group["items"] if item["title"] == "Reviews")
        return item.get("badge")

    assert badge() == "2"
    Review.objects.update(status="approved")
    assert badge() is None


def test_one_place_of_the_menu_is_marked(staff: Client, goods: Goods) -> None:
    def marked(address: str) -> list[str]:
        groups = staff.get(address).context["sidebar_navigation"]
        return [item["title"] for group in groups for item in group["items"] if item["active"]]

    assert marked(HOME) == ["Dashboard"]
    assert marked("/admin/catalog/product/") == ["Products"]
    assert marked("/admin/catalog/product/csv/") == ["Import and export"]
    assert marked(f"/admin/catalog/product/{goods.id}/change/") == ["Products"]


def test_who_logs_in_gets_to_the_dashboard(goods: Goods) -> None:
    User.objects.create_superuser("keeper", password="sesame")

    response = Client().post("/admin/login/", {"username": "keeper", "password": "sesame"}, follow=True)

    assert response.redirect_chain == [(HOME, 302)]
    assert response.status_code == 200
