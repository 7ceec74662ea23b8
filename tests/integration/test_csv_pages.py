"""The page for files: who may use it, what it answers, and that nothing of an upload is read before that is known."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Product
from tests.goods import Goods

PAGE = "/admin/catalog/product/csv/"
EXPORT = "/admin/catalog/product/csv/export/"


def upload(client: Client, content: bytes, mode: str = "all") -> Any:
    return client.post(PAGE, {"mode": mode, "file": SimpleUploadedFile("goods.csv", content)})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


class Unread:
    def read(self, *args: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_file_is_imported_and_counted(staff: Client, goods: Goods) -> None:
    page = upload(staff, b"sku,name\nJAM-001,Damson jam\n")

    assert page.status_code == 200
    assert b"Imported." in page.content
    assert Product.objects.get(sku="JAM-001").name == "Damson jam"


def test_a_broken_cell_is_shown_escaped_and_can_be_taken_home(staff: Client, goods: Goods) -> None:
    page = upload(staff, b"sku,amount\nJAM-001,<script>alert(1)</script>\n").content.decode()

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "Nothing was imported" in page
    assert 'href="data:text/csv;charset=utf-8;base64,' in page


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"mode": "all"},
        {"mode": "all", "file": "text"},
        {"mode": "all", "file": SimpleUploadedFile("goods.csv", b"")},
        {"mode": "\x00", "file": SimpleUploadedFile("goods.csv", b"sku\n")},
        {"mode": "all", "file": SimpleUploadedFile("goods.csv", b"\xff\xfe\x00")},
    ],
)
def test_an_upload_that_is_none_is_refused_on_the_form(staff: Client, goods: Goods, fields: dict[str, Any]) -> None:
    response = staff.post(PAGE, fields)

    assert response.status_code == 422
    assert b"multipart/form-data" in response.content


def test_a_file_of_several_megabytes_is_taken(staff: Client, goods: Goods) -> None:
    row = b"JAM-001," + b"x" * 4000 + b"\n"

    page = upload(staff, b"sku,description\n" + row + row.replace(b"JAM-001", b"JAM-002") + b"," * 3_000_000, "check")

    assert page.status_code == 200
    assert page.context["report"].changed == 2


def test_a_file_above_twenty_megabytes_is_refused(staff: Client, goods: Goods) -> None:
    page = upload(staff, b"sku\n" + b"," * 20 * 1024 * 1024)

    assert page.status_code == 422
    assert b"larger than 20 MB" in page.content


@pytest.mark.parametrize("length", [2, 21 * 1024 * 1024])
def test_nothing_is_read_from_somebody_unknown(goods: Goods, length: int) -> None:
    """Not even to look for the token that a form carries, which a request with its cookie would be asked for."""
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies["csrftoken"] = "a" * 32
    unread: Any = {"wsgi.input": Unread()}

    response = stranger.post(PAGE, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length), **unread)

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_more_than_any_file_is_refused_unread_here_too(staff: Client, goods: Goods) -> None:
    unread: Any = {"wsgi.input": Unread()}
    response = staff.post(
        PAGE, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(22 * 1024 * 1024), **unread
    )

    assert response.status_code == 413


def test_a_forged_upload_is_refused(goods: Goods) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("keeper"))

    assert upload(client, b"sku,name\nJAM-001,Damson\n").status_code == 403
    assert not Product.objects.filter(name="Damson").exists()


def test_who_may_only_look_exports_and_does_not_import(goods: Goods) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_product"))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)

    assert b'type="file"' not in client.get(PAGE).content
    assert upload(client, b"sku,name\nJAM-001,Damson\n").status_code == 403
    assert body(client.get(EXPORT)).count(b"JAM-") == 30


def test_who_may_not_look_gets_nothing(goods: Goods) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    assert [client.get(address).status_code for address in (PAGE, EXPORT)] == [403, 403]


def test_a_category_is_exported_with_all_below_it(staff: Client, goods: Goods) -> None:
    Product.objects.create(sku="TEA", slug="tea", name="Tea", brand="B", category=goods.pantry)

    assert body(staff.get(EXPORT, {"category": "pantry"})).count(b",pantry,") == 1
    assert body(staff.get(EXPORT, {"category": "jams"})).count(b"JAM-") == 30
    assert b"TEA" not in body(staff.get(EXPORT, {"category": "jams"}))
    assert staff.get(EXPORT, {"category": "nowhere"}).status_code == 400


def test_a_selection_is_exported(staff: Client, goods: Goods) -> None:
    fields = {"action": "export_selected", "_selected_action": [goods.ids[0], goods.ids[2]]}

    response = staff.post("/admin/catalog/product/", fields)

    assert response["Content-Type"].startswith("text/csv")
    assert body(response).count(b"JAM-") == 2


def test_the_list_of_products_leads_to_the_page(staff: Client, goods: Goods) -> None:
    assert b"/admin/catalog/product/csv-files" in staff.get("/admin/catalog/product/").content
    assert staff.get("/admin/catalog/product/csv-files", follow=True).redirect_chain[-1][0] == PAGE
