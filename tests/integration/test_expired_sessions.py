"""Sessions that have run out go, and no others."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from shop.visitors import sessions
from shop.visitors.tasks import delete_expired_sessions

pytestmark = pytest.mark.django_db


def left(*, minutes: int, count: int) -> None:
    end = timezone.now() + timedelta(minutes=minutes)
    Session.objects.bulk_create(
        Session(session_key=f"{minutes} {number}", session_data="", expire_date=end) for number in range(count)
    )


def test_expired_sessions_go_by_batches_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_PER_STATEMENT", 2)
    left(minutes=-1, count=5)
    left(minutes=1, count=3)

    assert delete_expired_sessions() == 5

    assert set(Session.objects.values_list("session_key", flat=True)) == {"1 0", "1 1", "1 2"}
    assert delete_expired_sessions() == 0


def test_one_run_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_PER_STATEMENT", 2)
    left(minutes=-1, count=5)

    assert sessions.delete_expired_sessions(limit=4) == 4
