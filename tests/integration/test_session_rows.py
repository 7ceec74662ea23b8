"""What the table of sessions does by itself: versions, the change log, and what it does not hold."""

import os
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from redis import Redis

from shop.events.models import Change
from shop.visitors.models import Session
from shop.visitors.session_key import SessionKey, new_key
from shop.visitors.session_rows import end_session, rotate_session, save_session
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import House, customer, house, lives, row_of, session_of

__all__ = ["house"]


def logged() -> dict[int, int]:
    """What the log has of sessions, and forgets with this: each id with its highest version."""
    versions: dict[int, int] = {}
    changes = Change.objects.filter(entity="session").order_by("id")
    for change in changes:
        versions |= dict(zip(change.ids, change.versions, strict=True))
    changes.delete()
    return versions


def test_a_save_raises_the_version_and_is_logged(house: House) -> None:
    key = session_of(customer())
    before = row_of(key).version
    logged()

    assert save_session(key=key, data='{"jam":"cherry"}', user_id=customer().pk)

    assert row_of(key).version > before
    assert logged() == {key.session_id: row_of(key).version}


@pytest.mark.parametrize(
    "columns", ["last_used_at = now()", "expires_at = now()", "last_used_at = now(), expires_at = now()"]
)
def test_last_use_and_end_raise_no_version_and_are_not_logged_whoever_writes_them(house: House, columns: str) -> None:
    key = session_of(customer())
    before = row_of(key)
    logged()

    run_sql(f"UPDATE visitors_session SET {columns}")  # noqa: S608  of this test

    assert (row_of(key).version, logged()) == (before.version, {})
    assert (row_of(key).last_used_at, row_of(key).expires_at) != (before.last_used_at, before.expires_at)


def test_last_use_together_with_anything_else_does(house: House) -> None:
    key = session_of(customer())
    logged()

    run_sql("UPDATE visitors_session SET last_used_at = now(), user_agent = 'curl'")

    assert logged() == {key.session_id: row_of(key).version}


def test_of_many_rows_in_one_statement_those_that_changed_are_logged(house: House) -> None:
    keys = [session_of(None) for _ in range(5)]
    logged()

    run_sql(
        "UPDATE visitors_session SET last_used_at = now(), data = CASE WHEN id IN (%s, %s) THEN '{}' ELSE data END",
        keys[0].session_id,
        keys[3].session_id,
    )

    assert set(logged()) == {keys[0].session_id, keys[3].session_id}


def test_a_deletion_is_logged_above_what_the_row_had_whoever_deletes(house: House) -> None:
    deletions: list[Callable[[SessionKey], object]] = [
        lambda key: end_session(key=key),
        lambda key: run_sql("DELETE FROM visitors_session WHERE id = %s", key.session_id),
        lambda key: customer().delete(),
    ]
    for delete in deletions:
        key = session_of(customer())
        version = row_of(key).version
        logged()

        delete(key)

        assert logged()[key.session_id] > version
        assert not Session.objects.exists()


def test_a_rotation_is_logged_for_both_keys(house: House) -> None:
    key, other = session_of(customer()), new_key()
    version = row_of(key).version
    logged()

    assert rotate_session(key=key, new_key=other)

    changes = logged()
    assert set(changes) == {key.session_id, other.session_id}
    assert changes[key.session_id] > version
    assert lives(other)
    assert not lives(key)


def test_what_is_not_there_is_neither_saved_nor_rotated(house: House) -> None:
    key = session_of(customer())
    end_session(key=key)

    assert not save_session(key=key, data="{}", user_id=customer().pk)
    assert not rotate_session(key=key, new_key=new_key())
    end_session(key=key)

    assert not Session.objects.exists()


def test_two_keys_of_one_id_never_touch_each_other_s_row(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key, other = session_of(customer()), new_key()
    monkeypatch.setattr(SessionKey, "session_id", key.session_id)

    assert not save_session(key=other, data="{}", user_id=None)
    end_session(key=other)

    assert row_of(key).digest == key.digest


def test_neither_the_database_nor_redis_holds_what_opens_a_session(house: House) -> None:
    key = session_of(customer())
    assert lives(key)

    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM visitors_session AS s")
        rows = str(cursor.fetchall())
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        kept = [(name, redis.get(name)) for name in redis.scan_iter("*:session:*")]

    assert key.digest in rows
    assert key.digest in str(kept)
    assert key.text not in rows + str(kept)


def test_the_login_stands_in_the_row_and_stays_until_the_next(house: House) -> None:
    key, ann = session_of(None), customer()
    assert row_of(key).logged_in_at is None

    house.clock.advance(10)
    save_session(key=key, data="{}", user_id=ann.pk)
    came = row_of(key).logged_in_at
    assert came == row_of(key).last_used_at
    house.clock.advance(10)
    save_session(key=key, data="{}", user_id=ann.pk)
    assert row_of(key).logged_in_at == came

    save_session(key=key, data="{}", user_id=User.objects.create_user("bob").pk)
    assert row_of(key).logged_in_at == row_of(key).last_used_at


def test_what_is_no_digest_is_refused(house: House) -> None:
    key = session_of(None)

    with pytest.raises((DatabaseError, ValidationError)):
        run_sql("UPDATE visitors_session SET digest = 'x' WHERE id = %s", key.session_id)
