"""Signing up, logging in, logging out: what a visitor is told, and what a stranger is not."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from tests.goods import Goods
from tests.integration.outline import Outline

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
