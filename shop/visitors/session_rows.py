"""What is written into the rows of sessions: made, saved, rotated, ended.

Invariants:
- A session that was ended stays ended: whoever saves or rotates it afterwards changes no row, and is told so.
- The caches are touched after the commit alone. What to invalidate the change log says, so that a lost invalidation is
  made up for.
- Redis hears that a row has noted a use once that is committed, never before.

Proved by tests/integration/test_session_rows.py and tests/races/test_sessions.py.
"""

from dataclasses import dataclass

from django.db.models import Case, DateTimeField, F, QuerySet, Value, When

from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.visitors.models import Session
from shop.visitors.session_cache import SESSION_USE
from shop.visitors.session_key import SessionKey
from shop.visitors.session_times import moment, row_ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a customer has just logged in from."""

    user_agent: str
    address: str | None


def make_session(*, key: SessionKey, data: str, user_id: int | None) -> None:
    """Raises IntegrityError when there is one of this key, which chance does not bring about."""
    now_ms = REGISTRY.ground().now_ms
    with announced_changes():
        Session(
            id=key.session_id,
            digest=key.digest,
            user_id=user_id,
            data=data,
            made_at=moment(now_ms),
            logged_in_at=None if user_id is None else moment(now_ms),
            last_used_at=moment(now_ms),
            expires_at=row_ends_at(guest=user_id is None, used_ms=now_ms),
        ).save(force_insert=True)
        _note_once_committed(key, now_ms)


def save_session(*, key: SessionKey, data: str, user_id: int | None, login: Login | None = None) -> bool:
    """Whether there was one to save. The last of two that save at once wins."""
    now_ms = REGISTRY.ground().now_ms
    now = moment(now_ms)
    told = {} if login is None else {"user_agent": login.user_agent, "address": login.address}
    stays = Case(When(user_id=user_id, then=F("logged_in_at")), default=Value(now), output_field=DateTimeField())
    with announced_changes():
        saved = _row(key).update(
            data=data,
            user_id=user_id,
            logged_in_at=None if user_id is None else stays if login is None else now,
            last_used_at=now,
            expires_at=row_ends_at(guest=user_id is None, used_ms=now_ms),
            **told,
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


def _row(key: SessionKey) -> QuerySet[Session]:
    return Session.objects.filter(pk=key.session_id, digest=key.digest)


def _note_once_committed(key: SessionKey, now_ms: int) -> None:
    def note() -> None:
        SESSION_USE.note(key.session_id, noted_ms=now_ms)

    REGISTRY.ground().after_commit(note)
