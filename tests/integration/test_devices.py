"""Where a customer is logged in, as their page shows it; and how a browser is logged out from another one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from shop.visitors.devices import DEVICES_AT_ONCE, devices_of, log_out_everywhere, log_out_session
from shop.visitors.models import LONGEST_USER_AGENT, Session
from shop.visitors.session_times import IDLE
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import (
    PASSWORD,
    House,
    customer,
    house,
    is_logged_in,
    key_of,
    lives,
    logged_in,
    row_of,
    session_of,
)
from tests.scale.plans import plans_of, rows_read

__all__ = ["house"]

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
    Session.objects.filter(pk=key_of(phone).session_id).update(last_used_at="2026-03-04T05:06:07Z")

    mine, other = shown(home)

    assert mine.startswith("Firefox on Linux this device In use now · logged in from 192.0.2.7 on ")
    assert other.startswith("curl Last used 4 March 2026, 05:06 UTC · logged in from 2001:db8::1 on ")


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
    assert "logged in from" not in shown(browser(FIREFOX, ""))[0]


def test_a_session_that_is_over_is_listed_no_more(house: House) -> None:
    ann = customer()
    session_of(ann)
    house.clock.advance(120)
    living = session_of(ann)

    house.clock.advance(IDLE - 30)

    assert [device.session_id for device in devices_of(user_id=ann.pk, session_key=None)] == [living.session_id]


def test_a_guest_s_session_belongs_to_no_customer_s_list(house: House) -> None:
    guest = session_of(None)

    assert devices_of(user_id=customer().pk, session_key=guest.text) == []
    assert not log_out_session(user_id=customer().pk, session_id=guest.session_id)
    assert log_out_everywhere(user_id=customer().pk) == 0
    assert lives(guest)


def test_the_list_is_short_and_read_by_index_however_many_sessions_there_are(house: House) -> None:
    ann, others = customer(), customer("bob")
    keys = [session_of(ann) for _ in range(2)]
    run_sql(
        "INSERT INTO visitors_session (id, digest, data, made_at, last_used_at, expires_at, user_id, user_agent,"
        " version) SELECT n, lpad(to_hex(n), 64, '0'), '{}', now(), now(), now() + interval '1 day',"
        " CASE WHEN n < 100 THEN %s ELSE %s END, '', 0 FROM generate_series(1, 5000) AS n",
        ann.pk,
        others.pk,
    )
    run_sql("VACUUM ANALYZE visitors_session")

    with CaptureQueriesContext(connection) as queries:
        devices = devices_of(user_id=ann.pk, session_key=keys[0].text)

    assert len(devices) == DEVICES_AT_ONCE
    (asked,) = [query["sql"] for query in queries.captured_queries]
    assert max(rows_read(step) for step in plans_of([asked])) <= DEVICES_AT_ONCE
    control = plans_of(["SELECT 1 FROM visitors_session WHERE user_agent = 'x'"])
    assert max(rows_read(step) for step in control) >= 5000


def test_last_use_is_to_the_minute(house: House) -> None:
    ann = customer()
    key = session_of(ann)
    (before,) = devices_of(user_id=ann.pk, session_key=None)

    house.clock.advance(59)
    assert lives(key)
    house.clock.advance(1)
    assert lives(key)

    (device,) = devices_of(user_id=ann.pk, session_key=None)
    assert device.last_used_at == before.last_used_at + timedelta(minutes=1)
