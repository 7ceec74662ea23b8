"""Publish, withdraw, feature: over what is ticked, or over all that match."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.bulk import selection
from catalog.bulk.flags import set_flag
from catalog.models import Product
from shop.events.admin_bases import announcing
from tests.goods import Goods
from tests.integration.catalog_rows import logged

LIST = "admin:catalog_product_changelist"


def act(staff: Client, action: str, ids: tuple[int, ...], *, across: bool = False, query: str = "") -> Any:
    fields = {"action": action, "_selected_action": ids, "index": 0, "select_across": int(across)}
    return staff.post(reverse(LIST) + query, fields)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_withdrawn_products_are_gone_at_the_next_read_and_published_ones_back(
    staff: Client, visitor: Client, goods: Goods
) -> None:
    chosen = goods.ids[:3]
    assert visitor.get(f"/api/products/{goods.id}").status_code == 200

    withdrawn = act(staff, "withdraw", chosen)

    assert said(withdrawn) == ["3 products were withdrawn."]
    assert visitor.get(f"/api/products/{goods.id}").status_code == 404
    assert set(Product.objects.filter(is_published=False).values_list("pk", flat=True)) == set(chosen)
    act(staff, "publish", goods.ids[:4])
    assert visitor.get(f"/api/products/{goods.id}").status_code == 200


def test_the_shop_window_is_filled_and_cleared(staff: Client, goods: Goods) -> None:
    act(staff, "feature", goods.ids[:2])
    assert set(Product.objects.filter(is_featured=True).values_list("pk", flat=True)) == set(goods.ids[:2])

    act(staff, "unfeature", goods.ids)
    assert not Product.objects.filter(is_featured=True).exists()


def test_all_that_match_are_changed_and_nothing_else(staff: Client, goods: Goods) -> None:
    act(staff, "withdraw", goods.ids[:1], across=True, query="?priced=sale")

    assert set(Product.objects.filter(is_published=False).values_list("pk", flat=True)) == set(goods.ids[::3])


def test_one_statement_writes_and_what_is_so_already_is_left_alone(goods: Goods) -> None:
    keeper = User.objects.create_superuser("keeper")
    Product.objects.filter(pk__in=goods.ids[:10]).update(is_published=False)

    with logged() as log, CaptureQueriesContext(connection) as queries:
        changed = set_flag(product_ids=goods.ids, flag="is_published", value=False, user_id=keeper.pk)

    assert changed == 20
    assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1
    assert log.sizes("product") == [20]
    assert LogEntry.objects.count() == 20
    assert LogEntry.objects.first().get_change_message() == "Changed published from “yes” to “no”."  # type: ignore[union-attr]


def test_a_bulk_change_is_seen_by_the_next_read_wherever_it_is_called(visitor: Client, goods: Goods) -> None:
    keeper = User.objects.create_superuser("keeper")
    assert visitor.get(f"/api/products/{goods.id}").status_code == 200

    set_flag(product_ids=goods.ids, flag="is_published", value=False, user_id=keeper.pk)

    assert visitor.get(f"/api/products/{goods.id}").status_code == 404


def test_too_many_products_are_refused_in_words(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_PRODUCTS", 20)

    refused = act(staff, "withdraw", goods.ids[:1], across=True)

    assert said(refused) == ["More than 20 products match. Narrow the choice: a category, or other words."]
    assert not Product.objects.filter(is_published=False).exists()


@pytest.mark.parametrize(("action", "bound"), [("delete_selected", "MOST_DELETED"), ("withdraw", "COUNTED_ROWS")])
def test_every_action_of_every_list_is_bounded(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch, action: str, bound: str
) -> None:
    monkeypatch.setattr(announcing, bound, 20)

    refused = act(staff, action, goods.ids[:1], across=True)

    assert "More than 20 rows match" in said(refused)[0]
    assert Product.objects.filter(is_published=True).count() == 30


def test_who_may_not_change_products_is_offered_no_bulk_action(goods: Goods) -> None:
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    assert act(client, "withdraw", goods.ids).status_code == 403
