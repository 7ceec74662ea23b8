"""Keys behind the counter: made, shown once, revoked."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from shop.visitors.admin import api_key as api_key_admin
from shop.visitors.api_key_auth import UnauthorizedError, find_key
from shop.visitors.api_keys import make_api_key
from shop.visitors.models import ApiKey
from tests.integration.api_keys import bearer, clerk, key_of, logged_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_static")]

LIST = "/admin/visitors/apikey/"
ADD = f"{LIST}add/"
KEY = re.compile(r"lk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def keeper() -> User:
    return User.objects.create_superuser("keeper")


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_key_is_shown_once_and_is_kept_by_no_browser(keeper: User) -> None:
    client = logged_in(keeper)
    answer = client.post(ADD, {"name": "robot", "owner": "keeper", "lasts": "30"})
    (whole,) = KEY.findall(answer.content.decode())
    key = find_key(header=f"Bearer {whole}", now=timezone.now())

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert (key.name, key.owner) == ("robot", keeper)
    assert key.expires_at is not None
    assert (key.expires_at - key.made_at).days == 30
    for path in (LIST, f"{LIST}{key.pk}/change/", f"{LIST}{key.pk}/history/", "/admin/admin/logentry/", ADD):
        page = client.get(path)
        assert page.status_code == 200
        assert key.digest not in page.content.decode()
        assert whole[12:] not in page.content.decode()
    assert [str(entry) for entry in LogEntry.objects.all()] == [f"Added “robot (lk_{key.prefix})”."]


def test_a_page_that_is_sent_again_makes_no_second_key(keeper: User) -> None:
    sent = {"name": "robot", "owner": "keeper", "lasts": ""}
    client = logged_in(keeper)
    client.post(ADD, sent)

    again = client.post(ADD, sent)

    assert again.status_code == 422
    assert "There is a key of this name already." in again.content.decode()
    assert not KEY.search(again.content.decode())
    assert ApiKey.objects.get().expires_at is None


def test_a_key_is_revoked_by_its_page_after_a_question(keeper: User) -> None:
    key, client = key_of(keeper), logged_in(keeper)
    page = reverse("admin:visitors_apikey_revoke_this", args=[key.row.pk])
    assert page in client.get(f"{LIST}{key.row.pk}/change/").content.decode()

    asked = client.get(page)
    still = find_key(header=bearer(key), now=timezone.now())
    done = client.post(page)

    assert asked.status_code == 200
    assert still.pk == key.row.pk
    assert said(done) == ["1 key is revoked now."]
    with pytest.raises(UnauthorizedError):
        find_key(header=bearer(key), now=timezone.now())
    assert page not in client.get(f"{LIST}{key.row.pk}/change/").content.decode()


def test_keys_are_revoked_in_the_list(keeper: User) -> None:
    ids = [key_of(keeper, name=f"robot {number}").row.pk for number in range(3)]
    client = logged_in(keeper)

    first = client.post(LIST, {"action": "revoke", "_selected_action": ids[:2]})
    second = client.post(LIST, {"action": "revoke", "_selected_action": ids})

    assert said(first) == ["2 keys are revoked now."]
    assert "1 key is revoked now. 2 had been revoked before." in said(second)
    assert not ApiKey.objects.filter(revoked_at=None).exists()


def test_too_many_at_once_are_refused(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_key_admin, "MOST_REVOKED", 1)
    ids = [key_of(keeper, name=f"robot {number}").row.pk for number in range(2)]

    answer = logged_in(keeper).post(LIST, {"action": "revoke", "_selected_action": ids})

    assert "Nothing was done" in said(answer)[0]
    assert ApiKey.objects.filter(revoked_at=None).count() == 2


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "-1", ""])
def test_a_selection_that_is_not_made_of_ids_is_refused(keeper: User, chosen: str) -> None:
    assert logged_in(keeper).post(LIST, {"action": "revoke", "_selected_action": [chosen]}).status_code == 400


def test_whoever_may_delete_users_needs_no_right_to_delete_keys(keeper: User) -> None:
    leaver = clerk(name="leaver")
    # Somebody who made a key is in the history, which nobody is deleted from.
    make_api_key(owner=leaver, name="robot", made_by=keeper, now=timezone.now())

    logged_in(clerk("view_user", "delete_user")).post(
        reverse("admin:auth_user_delete", args=[leaver.pk]), {"post": "yes"}
    )

    assert not User.objects.filter(pk=leaver.pk).exists()
    assert not ApiKey.objects.exists()


def test_a_key_is_found_by_its_prefix_its_whole_and_its_owner(keeper: User) -> None:
    key, client = key_of(clerk()), logged_in(keeper)
    key_of(keeper)

    for term in (key.text.prefix, f"lk_{key.text.prefix}", key.whole, "clerk"):
        found = client.get(LIST, {"q": term}).context["cl"].result_list
        assert [row.pk for row in found] == [key.row.pk]
    assert client.get(LIST, {"q": "9" * 300}).status_code == 200


def test_the_menu_leads_to_the_keys(keeper: User) -> None:
    assert f'href="{LIST}"' in logged_in(keeper).get("/admin/auth/user/").content.decode()
    assert f'href="{LIST}"' not in logged_in(clerk("view_user")).get("/admin/auth/user/").content.decode()
