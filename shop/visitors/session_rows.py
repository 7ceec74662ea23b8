"""What is written into the rows of sessions: made, saved, rotated, ended.

Invariants:
- A session that was ended stays ended: whoever saves or rotates it afterwards changes no row, and is told so.
- The caches are touched after the commit alone. What to invalidate the change log says, so that a lost invalidation is
  made up for.
- A login that is overtaken by another password, or by the end of its account, makes no session.
- Redis hears that a row has noted a use once that is committed, never before.

Proved by tests/integration/test_session_rows.py and tests/races/test_sessions.py.
"""

from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.db.models import Case, DateTimeField, F, QuerySet, Value, When

from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.visitors.models import Session
from shop.visitors.session_cache import SESSION_USE
from shop.visitors.session_key import SessionKey
from shop.visitors.session_times import moment, row_ends_at

# 1. A login has found the password right; 2. the password changes, which ends all sessions that there are; 3. the
# login's session is saved, and nothing would ever end it. So it is saved only if the password is still the same, and
# nobody changes that before it is there to be ended.
_IS_LET_IN: Final = "SELECT FROM auth_user WHERE id = %s AND password = %s AND is_active FOR SHARE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a customer has just logged in from. `password` is the hash that the account had then."""

    user_agent: str
    address: str | None
    password: str = field(repr=False)


def make_session(*, key: SessionKey, data: str, user_id: int | None, login: Login | None = None) -> bool:
    """False when the login has been overtaken. Raises IntegrityError when there is a session of this key, which chance
    does not bring about."""
    now_ms = REGISTRY.ground().now_ms
    with announced_changes():
        if not _is_let_in(user_id, login):
            return False
        Session(
            id=key.session_id,
            digest=key.digest,
            user_id=user_id,
            data=data,
            made_at=moment(now_ms),
            logged_in_at=None if user_id is None else moment(now_ms),
            last_used_at=moment(now_ms),
            expires_at=row_ends_at(guest=user_id is None, used_ms=now_ms),
            **_told(login),
        ).save(force_insert=True)
        _note_once_committed(key, now_ms)
    return True


def save_session(*, key: SessionKey, data: str, user_id: int | None, login: Login | None = None) -> bool:
    """False when there is none to save, or the login has been overtaken. The last of two that save at once wins."""
    now_ms = REGISTRY.ground().now_ms
    now = moment(now_ms)
    stays = Case(When(user_id=user_id, then=F("logged_in_at")), default=Value(now), output_field=DateTimeField())
    with announced_changes():
        # The account's row first, then the session's, as whoever changes a password locks them.
        if not _is_let_in(user_id, login):
            return False
        saved = _row(key).update(
            data=data,
            user_id=user_id,
            logged_in_at=None if user_id is None else stays if login is None else now,
            last_used_at=now,
            expires_at=row_ends_at(guest=user_id is None, used_ms=now_ms),
            **_told(login),
        )
        if saved:
            _note_once_committed(key, now_ms)
    return bool(saved)


def rotate_session(*, key: SessionKey, new_key: SessionKey) -> bool:
    """Give a session another key; the old one opens nothing from then on. Whether there was one to rotate."""
    with announced_changes():
        return bool(_row(key).update(id=new_key.session_id, digest=new_key.digest))


def end_session(*, key: SessionKey) -> None:
    with announced_changes():
        _row(key).delete()


def is_there(*, key: SessionKey) -> bool:
    """Whether the database has it, over or not."""
    return _row(key).exists()


def _is_let_in(user_id: int | None, login: Login | None) -> bool:
    if user_id is None or login is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_IS_LET_IN, [user_id, login.password])
        return bool(cursor.rowcount == 1)


def _told(login: Login | None) -> dict[str, str | None]:
    return {} if login is None else {"user_agent": login.user_agent, "address": login.address}


def _row(key: SessionKey) -> QuerySet[Session]:
    return Session.objects.filter(pk=key.session_id, digest=key.digest)


def _note_once_committed(key: SessionKey, now_ms: int) -> None:
    def note() -> None:
        SESSION_USE.note(key.session_id, noted_ms=now_ms)

    REGISTRY.ground().after_commit(note)
