"""Another password, or an account that is let in no more, ends its sessions, whoever writes that; and no others."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import pgtrigger
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.events.apply import replay_log
from shop.visitors.models import Session
from shop.visitors.session_rows import Login, make_session, save_session
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import (
    PASSWORD,
    customer,
    is_logged_in,
    key_of,
    logged_in,
    row_of,
    session_of,
)
from tests.integration.test_admin_writes import form_of

ANOTHER: Final = "damsons-and-figs-8"
EMAIL: Final = "ada@example.org"
Way = Callable[[User, Client], object]


def by_a_form(user: User, staff: Client) -> None:
    user.set_password(ANOTHER)
    user.save()


def by_the_admin_s_password_page(user: User, staff: Client) -> None:
    fields = {"password1": ANOTHER, "password2": ANOTHER, "usable_password": "true"}
    assert staff.post(reverse("admin:auth_user_password_change", args=[user.pk]), fields).status_code == 302


def deactivated_in_the_admin(user: User, staff: Client) -> None:
    address = reverse("admin:auth_user_change", args=[user.pk])
    fields = form_of(staff, address) | {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    del fields["is_active"]
    sent = {name: value for name, value in fields.items() if value not in (None, [])}
    assert staff.post(address, sent).status_code == 302


AT_ONCE: Final[dict[str, Way]] = {
    "deactivated in the admin": deactivated_in_the_admin,
}
BY_THE_LOG: Final[dict[str, Way]] = {
    "password, on the admin's page": by_the_admin_s_password_page,
    "password, by a form": by_a_form,
    "password, by an update": lambda user, staff: User.objects.filter(pk=user.pk).update(password="!"),
    "deactivated by an update": lambda user, staff: User.objects.filter(pk=user.pk).update(is_active=False),
    "password, by psql": lambda user, staff: run_sql("UPDATE auth_user SET password = 'x' WHERE id = %s", user.pk),
    "deactivated by psql": lambda user, staff: run_sql("UPDATE auth_user SET is_active = false WHERE id = %s", user.pk),
}
WAYS: Final = AT_ONCE | BY_THE_LOG


def cart_of(client: Client) -> list[int]:
    """Read as the API reads it: warm, nobody is asked who the customer is."""
    return [item["product"]["id"] for item in client.get("/api/cart").json()["items"]]


def with_a_cart(user: User, goods: Goods) -> Client:
    client = logged_in(user)
    client.put(f"/api/cart/items/{goods.id}", {"quantity": 2}, content_type="application/json")
    assert cart_of(client) == [goods.id]
    return client


def without_the_trigger() -> AbstractContextManager[Any]:
    return pgtrigger.ignore("visitors.Account:account_log_out")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("trigger", "ended"), [(nullcontext, True), (without_the_trigger, False)], ids=["", "control: no trigger"]
)
def test_an_old_cookie_shows_the_customer_s_cart_no_more(
    goods: Goods, staff: Client, way: str, trigger: Callable[[], AbstractContextManager[Any]], ended: bool
) -> None:
    home, bobs = with_a_cart(customer(), goods), logged_in(customer("bob"))

    with trigger():
        WAYS[way](customer(), staff)
    if way in BY_THE_LOG:
        assert replay_log()

    assert Session.objects.filter(user=customer()).exists() is not ended
    assert (cart_of(home) == []) is ended
    assert is_logged_in(bobs)
    assert staff.get("/admin/").status_code == 200


def test_whatever_else_is_written_of_an_account_ends_nothing(goods: Goods) -> None:
    home = logged_in(customer())

    User.objects.update(last_name="Miller", email="ann@example.org", is_staff=True, password="", is_active=True)

    assert is_logged_in(home)


def change_own(client: Client, page: str) -> int:
    fields = {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    fields |= {"password1": ANOTHER, "password2": ANOTHER, "usable_password": "true"}
    return client.post(page, fields).status_code


@pytest.fixture
def cheap_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.usefixtures("cheap_hashes")
@pytest.mark.parametrize("page", ["their own", "the one for everybody"])
def test_who_changes_their_own_password_stays_logged_in_there_and_nowhere_else(goods: Goods, page: str) -> None:
    keeper = User.objects.create_superuser("keeper", password=PASSWORD)
    here, there = logged_in(keeper), logged_in(keeper)
    before = key_of(here)
    at = "admin:password_change" if page == "their own" else "admin:auth_user_password_change"

    assert change_own(here, reverse(at, args=[] if page == "their own" else [keeper.pk])) == 302
    assert replay_log()

    assert there.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200
    assert key_of(here) != before
    assert row_of(key_of(here)).logged_in_at is not None
    assert Session.objects.filter(user=keeper).count() == 1


@pytest.mark.usefixtures("cheap_hashes")
def test_a_wrong_old_password_ends_nothing(goods: Goods) -> None:
    keeper = User.objects.create_superuser("keeper", password="another-one-9")
    here, there = logged_in(keeper), logged_in(keeper)

    assert change_own(here, reverse("admin:password_change")) == 200

    assert (here.get("/admin/").status_code, there.get("/admin/").status_code) == (200, 200)


@pytest.mark.usefixtures("cheap_hashes")
def test_no_session_is_kept_by_whoever_writes_next_on_the_same_connection(goods: Goods) -> None:
    keeper = User.objects.create_superuser("keeper", password=PASSWORD)
    here = logged_in(keeper)
    change_own(here, reverse("admin:password_change"))

    User.objects.filter(pk=keeper.pk).update(is_active=False)

    assert not Session.objects.filter(user=keeper).exists()


def log_in(client: Client) -> int:
    return client.post("/account/login/", {"email": EMAIL, "password": PASSWORD}).status_code


def test_a_login_that_stores_the_password_under_a_stronger_hash_lets_in_and_ends_the_others(
    goods: Goods, settings: Settings
) -> None:
    """Django's own check would end them too: it compares hashes."""
    weak = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [weak]
    ada = User.objects.create_user(EMAIL, password=PASSWORD)
    there, here = Client(), Client()
    assert log_in(there) == log_in(here) == 303
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", weak]

    assert log_in(here) == 303

    ada.refresh_from_db()
    assert ada.password.startswith("pbkdf2_sha256$")
    assert is_logged_in(here)
    assert not is_logged_in(there)
    assert Session.objects.filter(user=ada).count() == 1


@pytest.mark.parametrize("overtaken", [{"password": "x"}, {"is_active": False}], ids=["password", "deactivated"])
def test_a_login_that_is_overtaken_makes_no_session(goods: Goods, overtaken: dict[str, Any]) -> None:
    ada = User.objects.create_user(EMAIL, password=PASSWORD)
    login = Login(user_agent="", address=None, password=ada.password)
    guest = session_of(None)
    User.objects.filter(pk=ada.pk).update(**overtaken)

    assert not save_session(key=guest, data="{}", user_id=ada.pk, login=login)
    assert not make_session(key=key_of(logged_in(customer())), data="{}", user_id=ada.pk, login=login)

    assert row_of(guest).user_id is None
    assert not Session.objects.filter(user=ada).exists()
