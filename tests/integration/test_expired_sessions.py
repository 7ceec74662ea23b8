"""Sessions that have run out go, and no others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.visitors import sessions
from shop.visitors.models import Session
from shop.visitors.session_key import new_key
from shop.visitors.tasks import delete_expired_sessions

pytestmark = pytest.mark.django_db


def left(*, minutes: int, count: int) -> set[int]:
    """The ids of so many sessions that end in so many minutes."""
    now = timezone.now()
    keys = [new_key() for _ in range(count)]
    Session.objects.bulk_create(
        Session(
            id=key.session_id,
            digest=key.digest,
            data="{}",
            made_at=now,
            last_used_at=now,
            expires_at=now + timedelta(minutes=minutes),
        )
        for key in keys
    )
    return {key.session_id for key in keys}


def test_expired_sessions_go_by_batches_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_PER_STATEMENT", 2)
    left(minutes=-1, count=5)
    living = left(minutes=1, count=3)

    assert delete_expired_sessions() == 5

    assert set(Session.objects.values_list("pk", flat=True)) == living
    assert delete_expired_sessions() == 0


def test_one_run_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_PER_STATEMENT", 2)
    left(minutes=-1, count=5)

    assert sessions.delete_expired_sessions(limit=4) == 4
