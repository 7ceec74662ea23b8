"""Signing up, logging in, logging out: what a visitor is told, and what a stranger is not."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.outline import Outline
from tests.scale.plans import plans_of, rows_read

EMAIL, PASSWORD = "ada@example.org", "larder-and-jam-7"
PRIVATE = ["/account/login/", "/account/signup/", "/cart/"]


def sign_up(client: Client, *, email: str = EMAIL, password: str = PASSWORD, going: str = "") -> int:
    return client.post("/account/signup/", {"email": email, "password": password, "next": going}).status_code


def test_whoever_signs_up_is_logged_in_by_an_email_in_small_letters(visitor: Client, goods: Goods) -> None:
    answer = visitor.post("/account/signup/", {"email": " Ada@Example.ORG ", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert EMAIL in visitor.get("/account/").content.decode()
    assert User.objects.get().username == EMAIL
    assert not User.objects.get().is_staff


def test_one_email_has_one_account_however_it_is_written(visitor: Client, goods: Goods) -> None:
    sign_up(visitor)

    answer = Client().post("/account/signup/", {"email": EMAIL.upper(), "password": PASSWORD})

    assert answer.status_code == 422
    assert "There is an account with this email" in answer.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "password123", "ada@example", "", "x" * 201])
def test_a_password_that_is_easily_guessed_is_refused_and_the_email_kept(
    visitor: Client, goods: Goods, password: str
) -> None:
    answer = visitor.post("/account/signup/", {"email": EMAIL, "password": password})
    text = answer.content.decode()
    fields = {field.get("name"): field for field in Outline(text).all("input")}

    assert answer.status_code == 422
    assert fields["email"]["value"] == EMAIL
    assert "value" not in fields["password"]
    assert "autofocus" in fields["password"]
    assert fields["password"]["aria-invalid"] == "true"
    assert 'id="id_password_error"' in text
    assert User.objects.count() == 0


def test_a_login_that_fails_does_not_say_whether_there_is_such_an_account(visitor: Client, goods: Goods) -> None:
    sign_up(visitor)

    stranger = Client()
    wrong = stranger.post("/account/login/", {"email": EMAIL, "password": "something-else-1"})
    unknown = stranger.post("/account/login/", {"email": "eve@example.org", "password": "something-else-1"})

    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "No account has this email and this password." in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()


def test_a_login_takes_another_session_and_leads_where_somebody_was_going(visitor: Client, goods: Goods) -> None:
    sign_up(visitor)
    before = visitor.cookies["sessionid"].value
    visitor.post("/account/logout/")

    answer = visitor.post("/account/login/", {"email": EMAIL, "password": PASSWORD, "next": "/c/jams/?sort=name"})

    assert (answer.status_code, answer["Location"]) == (303, "/c/jams/?sort=name")
    assert visitor.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"],
)
def test_nobody_is_led_out_of_the_shop(visitor: Client, goods: Goods, elsewhere: str) -> None:
    assert (
        visitor.post("/account/signup/", {"email": EMAIL, "password": PASSWORD, "next": elsewhere})["Location"]
        == "/account/"
    )
    assert visitor.get("/account/login/", {"next": elsewhere})["Location"] == "/account/"
    assert b"evil" not in Client().get("/account/login/", {"next": elsewhere}).content


def test_the_account_asks_for_a_login_first_and_comes_back(visitor: Client, goods: Goods) -> None:
    asked = visitor.get("/account/")

    assert (asked.status_code, asked["Location"]) == (302, "/account/login/?next=%2Faccount%2F")
    assert 'name="next" value="/account/"' in visitor.get(asked["Location"]).content.decode()


def test_a_logout_takes_a_post_and_ends_the_session(visitor: Client, goods: Goods) -> None:
    sign_up(visitor)

    assert visitor.get("/account/logout/").status_code == 405
    assert visitor.get("/account/").status_code == 200
    assert visitor.post("/account/logout/").status_code == 303
    assert visitor.get("/account/").status_code == 302


@pytest.mark.parametrize("address", ["/account/login/", "/account/signup/", "/account/logout/"])
def test_a_form_of_the_door_without_its_token_is_refused(goods: Goods, address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address, {"email": EMAIL, "password": PASSWORD})

    assert answer.status_code == 403
    assert User.objects.count() == 0


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_page_is_kept_by_nobody_and_found_by_nobody(visitor: Client, goods: Goods, address: str) -> None:
    answer = visitor.get(address)

    assert answer["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert f"Disallow: /{address.split('/')[1]}/" in visitor.get("/robots.txt").content.decode()
    assert "sessionid" not in answer.cookies


def test_words_of_a_form_never_become_markup(visitor: Client, goods: Goods, settings: Settings) -> None:
    attack = '"><script>alert(1)</script>@example.org'

    for address in ("/account/login/", "/account/signup/"):
        answer = visitor.post(address, {"email": attack, "password": attack, "next": attack})
        assert answer.status_code == 422
        assert b"<script>alert" not in answer.content


# Each of these letters is 18 as Django stores it.
GROWS = "a@" + "ﷺ" * 20 + ".org"


def test_an_email_that_is_too_long_as_it_is_stored_is_refused_beside_its_field(visitor: Client, goods: Goods) -> None:
    answer = visitor.post("/account/signup/", {"email": GROWS, "password": PASSWORD})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()
    assert 'id="id_password_error"' not in answer.content.decode()
    assert User.objects.count() == 0
    assert visitor.post("/account/login/", {"email": GROWS, "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("domain", ["exa\u0301mple.org", "\uff21\uff22.org", "x.\u2121\u2121", "\u0130.org"])
def test_whoever_signs_up_can_log_in_however_the_letters_are_made(visitor: Client, goods: Goods, domain: str) -> None:
    email = f"ann@{domain}"
    assert sign_up(visitor, email=email) == 303

    assert Client().post("/account/login/", {"email": email, "password": PASSWORD}).status_code == 303
    assert sign_up(Client(), email=email) == 422


def test_an_account_that_staff_made_with_capitals_is_found_and_not_made_again(visitor: Client, goods: Goods) -> None:
    User.objects.create_user("Ada@Example.org", password=PASSWORD)

    assert sign_up(visitor) == sign_up(visitor, email="Ada@Example.org") == 422
    for email in (EMAIL, "Ada@Example.org", EMAIL.upper()):
        assert Client().post("/account/login/", {"email": email, "password": PASSWORD}).status_code == 303


def test_of_two_names_that_differ_in_capitals_the_one_in_small_letters_logs_in(visitor: Client, goods: Goods) -> None:
    User.objects.create_user("Ada@example.org", password="another-password-1")
    User.objects.create_user(EMAIL, password=PASSWORD)

    assert visitor.post("/account/login/", {"email": EMAIL, "password": PASSWORD}).status_code == 303


def test_an_account_is_found_by_index_among_many(goods: Goods, visitor: Client) -> None:
    run_sql(
        "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
        " date_joined) SELECT '', false, 'c' || n, '', '', '', false, true, now() FROM generate_series(1, 5000) AS n"
    )
    run_sql("VACUUM ANALYZE auth_user")

    with CaptureQueriesContext(connection) as queries:
        visitor.post("/account/login/", {"email": EMAIL, "password": PASSWORD})

    asked = [query["sql"] for query in queries.captured_queries if "auth_user" in query["sql"]]
    assert asked
    assert max(rows_read(step) for step in plans_of(asked)) < 10
    control = plans_of(["SELECT 1 FROM auth_user WHERE first_name = 'x'"])
    assert max(rows_read(step) for step in control) >= 5000


def test_the_admin_s_logout_forgets_the_cart_s_count_as_the_shop_s_does(staff: Client, goods: Goods) -> None:
    staff.post("/cart/add/", {"product_id": goods.id, "quantity": 3})
    assert staff.cookies["cart_count"].value == "3"

    assert staff.get("/admin/logout/").status_code == 405
    assert staff.cookies["cart_count"].value == "3"
    answer = staff.post("/admin/logout/")

    assert answer.status_code < 400
    assert staff.cookies["cart_count"].value == ""
    assert staff.get("/admin/").status_code == 302
