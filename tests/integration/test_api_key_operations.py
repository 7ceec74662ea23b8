"""Keys are made, revoked and remembered; their secrets are not."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.events.busy import RowsBusyError
from shop.visitors.api_key_auth import find_key
from shop.visitors.api_key_text import new_key
from shop.visitors.api_keys import (
    KeyNameTakenError,
    MadeKey,
    NotStaffError,
    keep_api_key,
    make_api_key,
    revoke_api_keys,
)
from shop.visitors.models import ApiKey
from tests.integration.api_keys import clerk, key_of
from tests.integration.at_once import together
from tests.integration.catalog_rows import run_sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    return clerk("change_price")


def revoke(*keys: MadeKey, by: User) -> int:
    return revoke_api_keys(key_ids=[key.row.pk for key in keys], revoked_by=by, now=timezone.now())


def history() -> list[tuple[str, str, str]]:
    entries = LogEntry.objects.order_by("id").select_related("user")
    return [(entry.user.username, entry.object_repr, entry.get_change_message()) for entry in entries]


def test_the_history_says_who_made_and_who_revoked_a_key(owner: User) -> None:
    keeper = User.objects.create_superuser("keeper")
    key = make_api_key(owner=owner, name="robot", made_by=keeper, now=timezone.now())

    assert revoke(key, by=owner) == 1

    named = f"robot (lk_{key.text.prefix})"
    made, revoked = history()
    assert made == ("keeper", named, "Added.")
    assert revoked[:2] == ("clerk", named)
    assert revoked[2].startswith("Changed revoked from “nothing” to “2")


def test_a_key_is_revoked_once(owner: User) -> None:
    key, other = key_of(owner), key_of(owner, name="other")
    revoke(key, by=owner)
    at = ApiKey.objects.get(pk=key.row.pk).revoked_at

    assert revoke(key, other, by=owner) == 1
    assert ApiKey.objects.get(pk=key.row.pk).revoked_at == at
    assert len(history()) == 4


def test_two_who_revoke_a_key_at_once_are_one(owner: User) -> None:
    key = key_of(owner)
    done: list[int] = []

    together(*[lambda: done.append(revoke(key, by=owner))] * 4)

    assert sorted(done) == [0, 0, 0, 1]
    assert len(history()) == 2


def test_who_revokes_a_key_that_somebody_holds_is_told(owner: User) -> None:
    key = key_of(owner)

    def give_up_soon() -> None:
        run_sql("SET lock_timeout = '50ms'")
        revoke(key, by=owner)

    with transaction.atomic():
        ApiKey.objects.select_for_update().get(pk=key.row.pk)
        with pytest.raises(RowsBusyError):
            together(give_up_soon)

    assert len(history()) == 1


def test_an_owner_has_one_key_of_a_name_until_it_is_revoked(owner: User) -> None:
    key = key_of(owner)
    with pytest.raises(KeyNameTakenError):
        key_of(owner)
    assert len(history()) == 1

    revoke(key, by=owner)

    assert key_of(owner).row.pk != key.row.pk
    assert key_of(clerk(name="another")).row.name == "robot"


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_nobody_makes_a_key_that_would_open_nothing(owner: User, column: str) -> None:
    setattr(owner, column, False)

    with pytest.raises(NotStaffError):
        key_of(owner)


@pytest.mark.parametrize(
    "columns",
    [
        {"prefix": "0F3A9C51"},
        {"prefix": "0f3a"},
        {"digest": "s" * 43},
        {"expires_at": timezone.now() - timedelta(days=999)},
    ],
)
def test_the_database_refuses_what_is_no_key(owner: User, columns: dict[str, object]) -> None:
    key = key_of(owner)

    with pytest.raises(IntegrityError):
        ApiKey.objects.filter(pk=key.row.pk).update(**columns)


def test_a_key_known_beforehand_is_kept_in_force(owner: User) -> None:
    text = new_key()

    def keep() -> bool:
        return keep_api_key(owner=owner, name="demo", text=text, now=timezone.now())

    assert (keep(), keep()) == (True, False)
    found = find_key(header=f"Bearer {text.whole}", now=timezone.now())
    revoke_api_keys(key_ids=[found.pk], revoked_by=owner, now=timezone.now())
    assert (keep(), keep()) == (True, False)
    assert find_key(header=f"Bearer {text.whole}", now=timezone.now()).owner == owner
    assert ApiKey.objects.count() == 1
