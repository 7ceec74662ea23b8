"""Where a customer is logged in, as their page shows it; and how a browser is logged out from another one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from shop.visitors.models import LONGEST_USER_AGENT, Session
from tests.goods import Goods
from tests.integration.sessions import (
    PASSWORD,
    customer,
    is_logged_in,
    key_of,
    logged_in,
    row_of,
)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EMAIL = "ada@example.org"


@pytest.fixture
def ada(goods: Goods, settings: Settings) -> User:
    """With a password that costs little to check: what is asked here comes after the login."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user(EMAIL, password=PASSWORD)


def browser(user_agent: str, address: str) -> Client:
    client = Client(raise_request_exception=False, headers={"User-Agent": user_agent}, REMOTE_ADDR=address)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    return client


def shown(client: Client) -> list[str]:
    """The lines of the list, in words."""
    text = client.get("/account/").content.decode()
    section = text[text.index('class="devices panel"') : text.index('class="devices__all"')]
    return [" ".join(strip_tags(item).split()) for item in section.split("<li>")[1:]]


def press(client: Client, device: str) -> tuple[int, str]:
    answer = client.post("/account/devices/", {"device": device})
    return answer.status_code, answer["Location"]


def test_the_page_lists_each_browser_with_its_last_use_and_where_its_login_came_from(ada: User) -> None:
    home, phone = browser(FIREFOX, "192.0.2.7"), browser("curl/8", "2001:db8::1")
    used_at = timezone.now() - timedelta(minutes=5)
    Session.objects.filter(pk=key_of(phone).session_id).update(last_used_at=used_at)

    mine, other = shown(home)

    assert mine.startswith("Firefox on Linux this device In use now · logged in from 192.0.2.7 on ")
    assert other.startswith(f"curl Last used {used_at:%-d %B %Y, %H:%M} UTC · logged in from 2001:db8::1 on ")


def test_one_browser_is_logged_out_from_another(ada: User) -> None:
    home, phone = browser(FIREFOX, "192.0.2.7"), browser("curl/8", "192.0.2.8")

    assert press(home, str(key_of(phone).session_id)) == (303, "/account/#devices")

    assert not is_logged_in(phone)
    assert is_logged_in(home)
    assert len(shown(home)) == 1


def test_all_others_are_logged_out(ada: User) -> None:
    home, *others = (browser(FIREFOX, "192.0.2.7") for _ in range(3))

    assert press(home, "others") == (303, "/account/#devices")

    assert is_logged_in(home)
    assert [is_logged_in(other) for other in others] == [False, False]


@pytest.mark.parametrize("device", ["everywhere", "this one"])
def test_whoever_logs_out_everywhere_or_of_this_browser_is_out_here_too(ada: User, goods: Goods, device: str) -> None:
    home, phone = browser(FIREFOX, "192.0.2.7"), browser("curl/8", "192.0.2.8")
    home.post("/cart/add/", {"product_id": goods.id, "quantity": 1})
    assert home.cookies["cart_count"].value == "1"

    assert press(home, device if device == "everywhere" else str(key_of(home).session_id)) == (303, "/")

    assert home.cookies["sessionid"].value == home.cookies["cart_count"].value == ""
    assert not is_logged_in(home)
    assert is_logged_in(phone) is (device != "everywhere")


@pytest.mark.parametrize("device", ["", "0", "-1", "x", "9" * 19, "9" * 5000, "1 OR 1=1", "٣", "others "])
def test_what_names_no_session_of_one_s_own_changes_nothing_and_is_answered_alike(ada: User, device: str) -> None:
    home, stranger = browser(FIREFOX, "192.0.2.7"), logged_in(customer("eve"))

    assert press(home, device) == press(home, str(key_of(stranger).session_id)) == (303, "/account/#devices")

    assert is_logged_in(home)
    assert is_logged_in(stranger)


def test_whoever_is_not_logged_in_is_led_to_the_login(goods: Goods, visitor: Client) -> None:
    home = logged_in(customer())

    assert press(visitor, "everywhere") == (303, "/account/login/")

    assert is_logged_in(home)


def test_the_buttons_need_the_form_s_token_and_a_post(ada: User) -> None:
    home = browser(FIREFOX, "192.0.2.7")
    checked = Client(enforce_csrf_checks=True)
    checked.cookies["sessionid"] = key_of(home).text

    assert home.get("/account/devices/").status_code == 405
    assert checked.post("/account/devices/", {"device": "everywhere"}).status_code == 403
    assert is_logged_in(home)


@pytest.mark.parametrize(
    ("user_agent", "kept"), [("x" * 5000, "x" * LONGEST_USER_AGENT), ("<b>\x00&", "<b>&"), ("", "")]
)
def test_a_user_agent_is_kept_as_far_as_it_is_sound_and_never_becomes_markup(
    ada: User, user_agent: str, kept: str
) -> None:
    home = browser(user_agent, "192.0.2.7")

    assert row_of(key_of(home)).user_agent == kept
    assert "<b>" not in shown(home)[0]


def test_a_login_without_an_address_says_nothing_of_it(ada: User) -> None:
    assert "In use now · logged in on " in shown(browser(FIREFOX, ""))[0]


def test_behind_a_proxy_of_ours_the_visitor_s_address_is_shown_and_not_the_proxy_s(
    ada: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    home = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.7"})
    home.post("/account/login/", {"email": EMAIL, "password": PASSWORD})

    assert row_of(key_of(home)).address == "203.0.113.7"


def test_an_address_with_a_zone_is_kept_without_it(ada: User) -> None:
    assert row_of(key_of(browser(FIREFOX, "fe80::1%eth0"))).address == "fe80::1"
