"""The page of the category tree: what it shows, what its buttons do, and what is said about a wrong form."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.admin import category_tree
from catalog.models import Category, Product
from catalog.tree_order import in_tree_order
from tests.goods import Goods
from tests.integration.test_admin_writes import form_of

TREE = "/admin/catalog/category/"


def move(client: Client, category: Category, **to: Any) -> Any:
    return client.post(reverse("admin:catalog_category_move", args=[category.pk]), to, follow=True)


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_whole_tree_is_one_page_with_counts(staff: Client, goods: Goods) -> None:
    rows = staff.get(TREE).context["rows"]

    shown = [(row.placed.category.name, row.placed.depth, row.counted) for row in rows]
    assert shown == [("Pantry", 0, "30"), ("Jams", 1, "30")]


def test_counting_ends_where_nobody_needs_it(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(category_tree, "COUNTED_PRODUCTS", 20)

    assert [row.counted for row in staff.get(TREE).context["rows"]] == ["20+", "20+"]


def test_the_page_takes_the_same_queries_however_many_categories(staff: Client, goods: Goods) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(TREE).status_code == 200
        return len(captured)

    # The first request of a session loads it.
    queries()
    before = queries()
    for number in range(50):
        Category.objects.create(name=f"C{number}", slug=f"c{number}", parent=goods.jams)

    assert queries() == before


def test_a_button_moves_and_leads_back_to_the_category(staff: Client, goods: Goods) -> None:
    response = move(staff, goods.jams, direction="out")

    assert response.redirect_chain == [(f"{TREE}#category-{goods.jams.pk}", 302)]
    assert Category.objects.get(pk=goods.jams.pk).parent is None


def test_a_drop_moves_to_its_place(staff: Client, goods: Goods) -> None:
    tea = Category.objects.create(name="Tea", slug="tea")

    move(staff, tea, parent=goods.pantry.pk, position=0)

    assert Category.objects.filter(parent=goods.pantry).count() == 2
    assert [row.placed.category.name for row in staff.get(TREE).context["rows"]] == ["Pantry", "Tea", "Jams"]


def test_a_move_is_in_the_category_s_history(staff: Client, goods: Goods) -> None:
    move(staff, goods.jams, direction="out")

    page = staff.get(reverse("admin:catalog_category_history", args=[goods.jams.pk])).content.decode()
    assert "parent from “Pantry” to “nothing”" in page


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ({}, "no move"),
        ({"direction": "sideways"}, "no move"),
        ({"position": "-1"}, "no move"),
        ({"position": "x"}, "no move"),
        ({"position": "9" * 30}, "no move"),
        ({"parent": "9" * 30, "position": "0"}, "no move"),
        ({"parent": "999999", "position": "0"}, "gone"),
        ({"direction": "up"}, "any further up"),
    ],
)
def test_a_move_that_is_none_is_refused_in_words(staff: Client, goods: Goods, to: dict[str, str], said: str) -> None:
    response = move(staff, goods.pantry, **to)

    assert response.status_code == 200
    assert said in told(response)


def test_a_circle_is_refused_in_words_by_button_and_by_form(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_category_change", args=[goods.pantry.pk])

    assert "inside itself" in told(move(staff, goods.pantry, parent=goods.jams.pk, position=0))
    answer = staff.post(address, form_of(staff, address) | {"parent": goods.jams.pk})

    assert "inside itself" in answer.content.decode()
    assert Category.objects.get(pk=goods.pantry.pk).parent is None


def test_a_category_that_is_gone_can_t_be_moved(staff: Client, goods: Goods) -> None:
    gone = Category(pk=10**9)

    assert "gone" in told(move(staff, gone, direction="up"))


def test_a_move_is_a_post_by_somebody_who_may(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_category_move", args=[goods.jams.pk])
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_category"))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)

    assert staff.get(address).status_code == 405
    assert client.post(address, {"direction": "out"}).status_code == 403
    assert b"<button" not in client.get(TREE).content.partition(b"category-tree")[2].partition(b"</ol>")[0]
    assert Client().post(address, {"direction": "out"}).status_code == 302
    assert Category.objects.get(pk=goods.jams.pk).parent == goods.pantry


def test_a_name_is_shown_escaped(staff: Client, goods: Goods) -> None:
    Category.objects.filter(pk=goods.jams.pk).update(name="<script>alert(1)</script>")

    assert b"<script>alert(1)" not in staff.get(TREE).content


def test_a_search_gives_a_plain_list(staff: Client, goods: Goods) -> None:
    page = staff.get(TREE, {"q": "jam"})

    assert [one.name for one in page.context["cl"].result_list] == ["Jams"]


def test_a_broken_schema_comes_back_as_it_was_typed(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_category_change", args=[goods.jams.pk])

    for typed in (
        '[{"key": "X"}]',
        "[",
        "{}",
        "0",
        '""',
        '[{"key": "a", "label": "A", "kind": "?", "unit": "", "choices": []}]',
    ):
        answer = staff.post(address, form_of(staff, address) | {"attribute_schema": typed})

        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["attribute_schema"]
    assert Product.objects.filter(category=goods.jams).count() == 30


def test_an_emptied_schema_is_an_empty_list(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_category_change", args=[goods.pantry.pk])

    assert staff.post(address, form_of(staff, address) | {"attribute_schema": ""}).status_code == 302

    assert Category.objects.get(pk=goods.pantry.pk).attribute_schema == []


def test_each_category_counts_what_is_in_it_and_below_it_and_no_more(staff: Client, goods: Goods) -> None:
    berries = Category.objects.create(name="Berries", slug="berries", parent=goods.jams)
    Category.objects.create(name="Teas", slug="teas", parent=goods.pantry, position=9)
    Product.objects.filter(pk__in=goods.ids[:10]).update(category=berries)

    rows = {row.placed.category.name: row.counted for row in staff.get(TREE).context["rows"]}

    assert rows == {"Pantry": "30", "Jams": "30", "Berries": "10", "Teas": "0"}


def test_a_tree_deeper_than_calls_can_be_is_put_in_order() -> None:
    deep = [Category(pk=number, name="C", slug=f"c{number}", parent_id=number - 1 or None) for number in range(1, 3001)]

    placed = in_tree_order(deep)

    assert [one.depth for one in placed] == list(range(3000))
    assert all(one.first and one.last for one in placed)


def test_products_are_linked_for_those_who_may_look_at_them(staff: Client, goods: Goods) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_category"))
    client = Client()
    client.force_login(clerk)

    link = f"/admin/catalog/product/?category={goods.jams.slug}"
    assert link in staff.get(TREE).content.decode()
    assert link not in client.get(TREE).content.decode()
