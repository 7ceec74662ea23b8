"""Who may make keys, for whom, and out of what; and what nobody may do."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from shop.visitors.api_key_auth import find_key
from shop.visitors.models import ApiKey
from tests.integration.api_keys import bearer, clerk, key_of, logged_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_static")]

LIST = "/admin/visitors/apikey/"
ADD = f"{LIST}add/"
EVERY = ("view_apikey", "add_apikey", "change_apikey")


@pytest.fixture
def keeper() -> User:
    return User.objects.create_superuser("keeper")


def test_whoever_is_no_superuser_makes_keys_of_their_own_alone(keeper: User) -> None:
    client = logged_in(clerk(*EVERY))
    assert 'name="owner"' not in client.get(ADD).content.decode()

    client.post(ADD, {"name": "robot", "owner": "keeper", "lasts": "30"})

    assert ApiKey.objects.get().owner.username == "clerk"


def test_a_superuser_makes_a_key_for_somebody_else_and_the_history_says_so(keeper: User) -> None:
    owner = clerk("change_price")

    logged_in(keeper).post(ADD, {"name": "robot", "owner": "clerk", "lasts": "365"})

    assert ApiKey.objects.get().owner == owner
    assert LogEntry.objects.get().user == keeper


@pytest.mark.parametrize(
    "sent",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\u202eb"},
        {"name": "a\0b"},
        {"owner": "nobody"},
        {"owner": "customer"},
        {"owner": ""},
        {"owner": "a\0b"},
        {"lasts": "9999"},
        {"lasts": "soon"},
    ],
)
def test_a_form_that_makes_no_sense_makes_no_key(keeper: User, sent: dict[str, str]) -> None:
    User.objects.create_user("customer")

    answer = logged_in(keeper).post(ADD, {"name": "robot", "owner": "keeper", "lasts": "30"} | sent)

    assert answer.status_code in (400, 422)
    assert not ApiKey.objects.exists()


def test_each_step_needs_its_right(keeper: User) -> None:
    key = key_of(keeper)
    looks = logged_in(clerk("view_apikey"))
    revoke = reverse("admin:visitors_apikey_revoke_this", args=[key.row.pk])

    looks.post(LIST, {"action": "revoke", "_selected_action": [key.row.pk]})

    assert logged_in(clerk(name="other")).get(LIST).status_code == 403
    assert looks.get(LIST).status_code == 200
    assert revoke not in looks.get(f"{LIST}{key.row.pk}/change/").content.decode()
    assert [looks.get(ADD).status_code, looks.post(ADD).status_code, looks.post(revoke).status_code] == [403] * 3
    assert find_key(header=bearer(key), now=timezone.now()).pk == key.row.pk


@pytest.mark.parametrize("path", ["change", "delete"])
def test_no_key_is_typed_over_or_deleted_by_hand(keeper: User, path: str) -> None:
    key = key_of(keeper)

    answer = logged_in(keeper).post(f"{LIST}{key.row.pk}/{path}/", {"name": "other", "post": "yes"})

    assert answer.status_code == 403
    assert ApiKey.objects.get().name == "robot"
