"""Orders on the admin's first page: how many, for how much, what waits, and who may see that."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cart import figures
from cart.models import Checkout, Order
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql

HOME = "/admin/"
NUMBERS = count(1)


def placed(number: int = 1, *, days_ago: int = 0, **fields: Any) -> None:
    told = {"total": Decimal("4.50"), "currency": "EUR", "email": "ann@example.org", "name": "Ann"} | fields
    at = timezone.now() - timedelta(days=days_ago)
    Order.objects.bulk_create(Order(id=uuid4(), number=next(NUMBERS), placed_at=at, **told) for _ in range(number))


def begun(number: int = 1, **fields: Any) -> None:
    told = {"cart_id": 1, "reservation_id": 1, "total": 1, "currency": "EUR", "email": "", "name": "", "address": ""}
    Checkout.objects.bulk_create(
        Checkout(guest="g", key=str(uuid4()), payment_key=str(uuid4()), **told | fields) for _ in range(number)
    )


def clerk(*codenames: str) -> Client:
    """Somebody who may see the dashboard, and what these permissions name."""
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=("view_product", *codenames)))
    client = Client()
    client.force_login(user)
    return client


def text_of(page: Any) -> str:
    """The page as people read it."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_orders_of_today_are_counted_and_added_up_by_currency(staff: Client, goods: Goods) -> None:
    placed(2)
    placed(total=Decimal("10.00"), currency="CHF")
    placed(3, days_ago=1)

    page = staff.get(HOME)

    found = page.context["orders"]
    assert (found.today.number, found.today.is_exact) == (3, True)
    assert found.sums_today == {"CHF": Decimal("10.00"), "EUR": Decimal("9.00")}
    assert "Orders today 3 10.00 CHF , €9.00 in all" in text_of(page)


def test_what_is_placed_waits_to_be_packed_and_its_list_is_one_click_away(staff: Client, goods: Goods) -> None:
    placed(2, days_ago=30)
    placed(status=Order.Status.PACKED)

    page = staff.get(HOME)
    address = "/admin/cart/order/?status__exact=placed"

    assert page.context["orders"].to_pack.number == 2
    assert f'href="{address}"' in page.content.decode()
    assert staff.get(address).context["cl"].result_count == 2


def test_the_chart_is_of_fourteen_days(staff: Client, goods: Goods) -> None:
    placed(2)
    placed(3, days_ago=13)
    placed(4, days_ago=14)

    page = staff.get(HOME)

    assert list(page.context["orders"].by_day.values()) == [3, *[0] * 12, 2]
    assert len(page.context["orders_chart"].rows) == 14
    assert "Orders a day last 14 days" in text_of(page)


def test_a_payment_is_in_doubt_until_it_is_settled(staff: Client, goods: Goods) -> None:
    begun(2, state=Checkout.State.PAYING, in_doubt=True)
    begun(state=Checkout.State.PAYING)
    begun(state=Checkout.State.COMPLETED, in_doubt=True)

    page = staff.get(HOME)

    assert page.context["in_doubt"].number == 2
    assert "Payments in doubt 2 the bank is asked again" in text_of(page)


def test_a_shop_without_orders_says_so(staff: Client, goods: Goods) -> None:
    page = text_of(staff.get(HOME))

    assert "Orders today 0 none yet" in page
    assert "Orders to pack 0 all packed" in page
    assert "No orders came in during the last 14 days." in page


def test_a_number_that_was_not_counted_through_says_so(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "COUNTED", 5)
    placed(8)
    begun(8, state=Checkout.State.PAYING, in_doubt=True)

    page = text_of(staff.get(HOME))

    assert "Orders today 5+" in page
    assert "Orders to pack 5+" in page
    assert "Payments in doubt 5+" in page


@pytest.mark.parametrize(
    ("codenames", "seen"),
    [
        ((), set()),
        (("view_order",), {"Orders today", "Orders to pack", "Orders a day"}),
        (("change_order",), {"Orders today", "Orders to pack", "Orders a day"}),
        (("view_checkout",), {"Payments in doubt"}),
    ],
)
def test_who_may_not_look_at_orders_gets_no_figures_of_them(
    goods: Goods, codenames: tuple[str, ...], seen: set[str]
) -> None:
    placed()
    client = clerk(*codenames)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(HOME)

    words = {"Orders today", "Orders to pack", "Orders a day", "Payments in doubt"}
    assert {word for word in words if word in text_of(page)} == seen
    assert any("cart_" in query["sql"] for query in queries) is bool(seen)
    links = re.findall(r'href="(/admin/cart/[^"]*)"', page.content.decode())
    assert bool(links) is bool(seen)
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_each_figure_is_read_by_an_index_however_many_orders_there_are(staff: Client, goods: Goods) -> None:
    placed(3000, days_ago=40, status=Order.Status.DELIVERED)
    placed(20)
    begun(3000, state=Checkout.State.COMPLETED)
    begun(5, state=Checkout.State.PAYING, in_doubt=True)
    run_sql("ANALYZE cart_order, cart_checkout")

    with CaptureQueriesContext(connection) as captured:
        staff.get(HOME)
    asked = [query["sql"] for query in captured if "cart_" in query["sql"]]
    plans = [plan_of(sql) for sql in asked]

    assert len(asked) == 3
    for index, plan in zip(("order_by_day", "order_by_status", "checkout_unsettled"), plans, strict=True):
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"))
        return "\n".join(row[0] for row in cursor.fetchall())
