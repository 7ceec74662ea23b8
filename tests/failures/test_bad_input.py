"""Whatever is sent, the answer is the caller's fault (4xx, with a code), never ours, and never repeats it unescaped."""

import json
from typing import Any

import pytest
from django.test import Client

from catalog.models import Product, Review
from tests.goods import Goods

HTML = "<script>alert(1)</script>"
SQL = "'; DROP TABLE catalog_product; --"
HOSTILE = [
    HTML,
    SQL,
    '"><img src=x onerror=alert(1)>',
    "1 OR 1=1",
    "%s %(x)s {} {{ 7*7 }} {% debug %}",
    "../../etc/passwd",
    "\u202e\u0301\ufffd😀" * 20,
    "x" * 5000,
    "9" * 5000,
    "-1",
    "1e400",
    "1E-999999",
    "NaN",
    "Infinity",
    "\r\nSet-Cookie: a=b",
    "\\u0000",
]
LIST_PARAMETERS = [
    "search",
    "category",
    "brand",
    "attribute",
    "price_min",
    "price_max",
    "sort",
    "cursor",
    "limit",
    "unknown",
]
UNESCAPED = (b"<script>", b"<img src=x")


def assert_refused_or_answered(response: Any) -> None:
    """Not our fault, in its promised shape, and without an unescaped echo."""
    assert response.status_code < 500, response.content
    assert not any(echo in response.content for echo in UNESCAPED)
    if response.status_code >= 400 and response["Content-Type"].startswith("application/json"):
        assert {"code", "detail"} <= set(response.json())


def assert_refused(response: Any, *, status: int, code: str) -> None:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["code"] == code
    assert response.json()["detail"]


@pytest.mark.parametrize("parameter", LIST_PARAMETERS)
def test_no_query_parameter_of_the_list_breaks_it(visitor: Client, goods: Goods, parameter: str) -> None:
    for value in HOSTILE:
        assert_refused_or_answered(visitor.get("/api/products", {parameter: value}))
        assert_refused_or_answered(visitor.get("/c/jams/", {parameter: value}))
        assert_refused_or_answered(visitor.get("/search/", {parameter: value, "q": value}))
    assert Product.objects.count() == 30


@pytest.mark.parametrize("parameter", LIST_PARAMETERS)
def test_a_parameter_given_many_times_breaks_nothing(visitor: Client, goods: Goods, parameter: str) -> None:
    for times in (2, 100, 2000):
        assert_refused_or_answered(visitor.get("/api/products", {parameter: ["1"] * times}))


@pytest.mark.parametrize("field", ["author", "rating", "title", "body", "unknown"])
def test_no_field_of_a_review_breaks_the_api(visitor: Client, goods: Goods, field: str) -> None:
    address = f"/api/products/{goods.id}/reviews"
    for value in [*HOSTILE, None, [], {}, 0, -1, 6, 2**70, 1.5, True, "", " ", ["x"], {"a": 1}]:
        review = {"author": "A", "rating": 3, "title": "T", "body": "B", field: value}
        assert_refused_or_answered(visitor.post(address, review, content_type="application/json"))


@pytest.mark.parametrize("field", ["author", "rating", "title", "body"])
def test_no_field_of_a_review_breaks_the_page(visitor: Client, goods: Goods, field: str) -> None:
    address = f"/p/plum-jam-0-{goods.id}/"
    for value in HOSTILE:
        review = {"author": "A", "rating": "3", "title": "T", "body": "B", field: value}
        assert_refused_or_answered(visitor.post(address, review))
    assert_refused_or_answered(visitor.get(address))


@pytest.mark.parametrize("value", ["0", "-1", "999999", str(2**63), "9" * 30, "9" * 5000, "1.5", "abc", HTML, SQL])
def test_an_id_that_no_product_has_is_not_found(visitor: Client, goods: Goods, value: str) -> None:
    review = {"author": "A", "rating": 3, "title": "T"}

    assert_refused(visitor.get(f"/api/products/{value}"), status=404, code="not_found")
    posted = visitor.post(f"/api/products/{value}/reviews", review, content_type="application/json")
    assert_refused(posted, status=404, code="not_found")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=101", 422, "invalid_input"),
        ("limit=0", 422, "invalid_input"),
        ("limit=1000000000000000000000", 422, "invalid_input"),
        ("limit=many", 422, "invalid_input"),
        ("sort=random", 422, "invalid_input"),
        ("price_min=-1", 422, "invalid_input"),
        ("price_max=1e30", 422, "invalid_input"),
        ("price_min=0.001", 422, "invalid_input"),
        ("attribute=organic", 422, "invalid_input"),
        ("search=" + "x" * 201, 422, "invalid_input"),
        ("category=nothing", 404, "not_found"),
        ("cursor=x", 400, "bad_cursor"),
        ("cursor=" + "A" * 5000, 400, "bad_cursor"),
        ("cursor=WyJuZXdlc3QiLCIyMDI2IiwxXQ", 400, "bad_cursor"),
        ("search=%00", 400, "bad_input"),
        ("%00=x", 400, "bad_input"),
        ("search=%FF", 400, "bad_input"),
        ("search=%ED%A0%80", 400, "bad_input"),
    ],
)
def test_a_wrong_list_is_refused_by_name(visitor: Client, goods: Goods, query: str, status: int, code: str) -> None:
    assert_refused(visitor.get(f"/api/products?{query}"), status=status, code=code)


def test_an_invalid_input_says_where_it_is_wrong(visitor: Client, goods: Goods) -> None:
    answer = visitor.get("/api/products?limit=101&price_min=x").json()

    assert {(part["in"], part["field"]) for part in answer["where"]} == {("query", "limit"), ("query", "price_min")}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        (b"", "invalid_input"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"a":' * 100_000, "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        ('{"author": "A"}'.encode("utf-16"), "invalid_json"),
        (b'{"rating": NaN}', "invalid_json"),
        (b'{"rating": ' + b"9" * 5000 + b"}", "invalid_json"),
        (b'{"author": "a\x00b"}', "invalid_json"),
        (b'{"author": "a\\u0000b", "rating": 3, "title": "T"}', "bad_input"),
        (b'{"author": "a\\ud800b", "rating": 3, "title": "T"}', "bad_input"),
        (b'{"a\\u0000": 1}', "bad_input"),
        (b"[]", "invalid_input"),
        (b"null", "invalid_input"),
        (b"3", "invalid_input"),
    ],
)
def test_a_body_that_is_no_review_is_refused(visitor: Client, goods: Goods, body: bytes, code: str) -> None:
    response = visitor.generic("POST", f"/api/products/{goods.id}/reviews", body, CONTENT_TYPE="application/json")

    assert_refused(response, status=422 if code == "invalid_input" else 400, code=code)
    assert Review.objects.count() == 2


def test_control_characters_in_a_review_are_refused_with_the_field(visitor: Client, goods: Goods) -> None:
    review = {"author": "A", "rating": 3, "title": "T", "body": "\x07"}

    response = visitor.post(f"/api/products/{goods.id}/reviews", review, content_type="application/json")

    assert_refused(response, status=422, code="invalid_input")
    assert response.json()["where"][0]["field"] == "body"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_the_api_takes_nothing_but_json(visitor: Client, goods: Goods, content_type: str) -> None:
    body = json.dumps({"author": "A", "rating": 3, "title": "T"})

    response = visitor.generic("POST", f"/api/products/{goods.id}/reviews", body, content_type=content_type)

    assert response.status_code in (400, 415)
    assert response.json()["code"] in ("unsupported_media_type", "bad_input")
    assert Review.objects.count() == 2


@pytest.mark.parametrize("address", ["/api/products/{id}/reviews", "/p/plum-jam-0-{id}/", "/admin/login/", "/x"])
def test_a_large_body_is_refused_unread(visitor: Client, goods: Goods, address: str) -> None:
    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    unread: Any = {"wsgi.input": Unread()}
    for length in (1024 * 1024 + 1, 10 * 1024 * 1024, 10**30):
        response = visitor.post(
            address.format(id=goods.id),
            content_type="application/json",
            CONTENT_LENGTH=str(length),
            **unread,
        )

        assert response.status_code == 413
        assert b"too_large" in response.content


def test_a_body_of_unsaid_length_is_refused_and_not_taken_for_an_empty_one(visitor: Client, goods: Goods) -> None:
    response = visitor.generic(
        "POST", "/api/products/1/reviews", CONTENT_TYPE="application/json", HTTP_TRANSFER_ENCODING="chunked"
    )

    assert_refused(response, status=411, code="length_required")


@pytest.mark.parametrize("length", ["-1", "x", "1.5", "+1"])
def test_a_length_that_is_no_number_is_refused(visitor: Client, goods: Goods, length: str) -> None:
    response = visitor.post("/api/products/1/reviews", b"", content_type="application/json", CONTENT_LENGTH=length)

    assert_refused(response, status=400, code="bad_input")


@pytest.mark.parametrize("address", ["/%00", "/p/%00-1/", "/c/%00/", "/static/%00", "/admin/%00/", "/?q=%00"])
def test_a_nul_in_an_address_is_refused(visitor: Client, goods: Goods, address: str) -> None:
    response = visitor.get(address)

    assert response.status_code == 400
    assert b"bad_input" in response.content


def test_bytes_in_an_address_that_are_no_text_lead_nowhere(visitor: Client, goods: Goods) -> None:
    assert visitor.get("/c/%ff/").status_code == 404
    assert visitor.get("/c/%C3%A9/").status_code == 404
    assert visitor.get("/c/jams/?brand=%C3%A9").status_code == 200


@pytest.mark.parametrize("value", ["\\000aaaaaaaaaaaa", "x" * 4000, SQL])
def test_an_odd_cookie_breaks_nothing(visitor: Client, goods: Goods, value: str) -> None:
    for address in ("/", f"/p/plum-jam-0-{goods.id}/", "/admin/"):
        response = visitor.get(address, headers={"cookie": f'sessionid="{value}"; csrftoken="{value}"'})
        assert response.status_code < 500


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=" + "y" * 300, b"--y--"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"author=A"),
        ("application/x-www-form-urlencoded", b"author=%00&title=T"),
        ("application/x-www-form-urlencoded", b"a&" * 2000),
        ("application/x-www-form-urlencoded", b"author=%ff&rating=%ff"),
    ],
)
def test_a_malformed_form_is_refused(visitor: Client, goods: Goods, content_type: str, body: bytes) -> None:
    for address in (f"/p/plum-jam-0-{goods.id}/", "/admin/login/"):
        response = visitor.generic("POST", address, body, content_type=content_type)

        assert response.status_code < 500
    assert Review.objects.count() == 2


@pytest.mark.parametrize("host", ["evil.example", "a b", "x" * 300, "127.0.0.1:port", "<script>"])
def test_a_host_that_is_not_ours_is_refused(visitor: Client, goods: Goods, host: str) -> None:
    for address in ("/", "/api/products", "/nothing/"):
        response = visitor.get(address, headers={"host": host})

        assert response.status_code == 400
        assert b"bad_input" in response.content


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_a_wrong_method_is_named_with_those_that_are_right(visitor: Client, goods: Goods, method: str) -> None:
    api = visitor.generic(method, "/api/products")

    assert_refused(api, status=405, code="method_not_allowed")
    assert api["Allow"] == "GET"
    page = visitor.generic(method, "/c/jams/")
    assert page.status_code == 405
    assert "GET" in page["Allow"]
    assert b"method_not_allowed" in page.content


@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/products/", "/api/products/1/nothing", "/health/x"])
def test_an_unknown_address_of_the_api_is_not_found_in_json(visitor: Client, goods: Goods, address: str) -> None:
    assert_refused(visitor.get(address), status=404, code="not_found")
    assert visitor.post(address, {}, content_type="application/json").status_code == 404


def test_failures_look_the_same_while_debugging(visitor: Client, goods: Goods, settings: Any) -> None:
    settings.DEBUG = True

    assert_refused(visitor.get("/api/nothing"), status=404, code="not_found")
    assert_refused(visitor.get("/api/products/999999"), status=404, code="not_found")
    assert b"not_found" in visitor.get("/nothing/").content
    assert b"not_found" in visitor.get("/p/x-999999/").content
