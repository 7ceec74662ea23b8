from decimal import Decimal
from typing import Any

from django.test import Client

from catalog.operations import change_price, update_product
from inventory.operations import receive
from tests.goods import Goods


def get(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/json")
    return response.json()


def test_a_product_s_answer_holds_the_whole_page(visitor: Client, goods: Goods) -> None:
    receive(product_id=goods.id, quantity=3, reason="test")
    product = get(visitor, f"/api/products/{goods.id}")

    assert product["name"] == "Plum jam 0"
    assert product["slug"] == "plum-jam-0"
    assert product["category"] == {"id": goods.jams.pk, "slug": "jams", "name": "Jams"}
    assert product["price"] == {
        "amount": "3.20",
        "currency": "EUR",
        "regular_amount": "4.50",
        "on_sale": True,
        "sale_ends_at": None,
    }
    assert {"key": "weight", "value": 340} in product["attributes"]
    assert {"key": "organic", "value": True} in product["attributes"]
    assert product["reviews"]["average"] == 4.5
    assert [review["author"] for review in product["reviews"]["latest"]] == ["Bob", "Ann"]
    assert len(product["related"]) == 6
    assert product["stock"] == {"available": True, "quantity": 3}
    assert product["views"] == 0


def test_the_answer_says_which_caches_it_was_read_from(visitor: Client, goods: Goods) -> None:
    get(visitor, f"/api/products/{goods.id}")

    headers = visitor.get(f"/api/products/{goods.id}").headers

    for cache in ("product", "price", "review_summary", "related_products", "category_tree"):
        assert f"{cache}; hit" in headers["Cache-Status"]
        assert f"{cache};dur=" in headers["Server-Timing"]


def test_walking_the_pages_meets_every_product_once(visitor: Client, goods: Goods) -> None:
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(visitor, f"/api/products?sort=price_asc&limit=7&cursor={cursor}")
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert sorted(seen) == sorted(goods.ids)


def test_a_category_includes_what_is_below_it(visitor: Client, goods: Goods) -> None:
    assert len(get(visitor, "/api/products?category=pantry&limit=100")["items"]) == 30


def test_filters_narrow_the_list_together(visitor: Client, goods: Goods) -> None:
    address = "/api/products?category=jams&brand=Orchard+0&attribute=organic:true&price_max=3.50&limit=100"

    found = get(visitor, address)["items"]

    assert {item["id"] for item in found} == set(goods.ids[::6])


def test_values_of_one_attribute_are_alternatives(visitor: Client, goods: Goods) -> None:
    address = "/api/products?attribute=fruit:plum&attribute=fruit:cherry&limit=100"

    assert len(get(visitor, address)["items"]) == 30


def test_filters_that_a_form_left_empty_filter_nothing(visitor: Client, goods: Goods) -> None:
    address = "/api/products?search=&category=&brand=&attribute=&price_min=&price_max=&cursor=&limit=100"

    assert len(get(visitor, address)["items"]) == 30


def test_a_search_forgives_a_typing_error(visitor: Client, goods: Goods) -> None:
    assert get(visitor, "/api/products?search=plumm")["items"]


def test_an_unpublished_product_is_not_found_though_it_was_cached(visitor: Client, goods: Goods) -> None:
    get(visitor, f"/api/products/{goods.id}")
    update_product(product_id=goods.id, is_published=False)

    response = visitor.get(f"/api/products/{goods.id}")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert goods.id not in [item["id"] for item in get(visitor, "/api/products?limit=100")["items"]]


def test_a_new_price_is_in_the_next_answer(visitor: Client, goods: Goods) -> None:
    get(visitor, f"/api/products/{goods.id}")
    change_price(product_id=goods.id, amount=Decimal("1.00"))

    assert get(visitor, f"/api/products/{goods.id}")["price"]["amount"] == "1.00"


def test_a_posted_review_is_in_the_next_answer(visitor: Client, goods: Goods) -> None:
    before = get(visitor, f"/api/products/{goods.id}")["reviews"]
    review = {"author": "Cleo", "rating": 1, "title": "<b>No</b>", "body": "Too sweet."}

    posted = visitor.post(f"/api/products/{goods.id}/reviews", review, content_type="application/json")

    assert posted.status_code == 201, posted.content
    assert posted.json()["title"] == "<b>No</b>"
    assert b"<b>" not in posted.content
    after = get(visitor, f"/api/products/{goods.id}")["reviews"]
    assert after["count"] == before["count"] + 1
    assert after["latest"][0]["author"] == "Cleo"
    assert after["average"] == 3.3


def test_head_answers_as_get_does_without_a_body(visitor: Client, goods: Goods) -> None:
    response = visitor.head(f"/api/products/{goods.id}")

    assert response.status_code == 200
    assert response.content == b""
    assert response["Content-Type"].startswith("application/json")


def test_the_documentation_loads_nothing_from_elsewhere(visitor: Client, goods: Goods) -> None:
    page = visitor.get("/api/docs")

    assert page.status_code == 200
    assert b"//" not in page.content.replace(b"</", b"")
    assert b"/static/ninja/swagger-ui-bundle.js" in page.content


def test_every_operation_documents_its_failures(visitor: Client, goods: Goods) -> None:
    schema = get(visitor, "/api/openapi.json")

    assert "Failure" in schema["components"]["schemas"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert "default" in operation["responses"]
