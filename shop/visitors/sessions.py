"""Sessions that have run out go: each guest who ever put something into a cart has left one."""

from typing import Final

from django.contrib.sessions.models import Session
from django.utils import timezone

SESSIONS_PER_STATEMENT: Final = 1_000


def delete_expired_sessions(*, limit: int = 1_000_000) -> int:
    """Delete at most about `limit` of them, 1,000 a statement; returns how many."""
    now = timezone.now()
    deleted = 0
    while deleted < limit:
        expired = Session.objects.filter(expire_date__lt=now).order_by("expire_date").values("session_key")
        gone, _ = Session.objects.filter(session_key__in=expired[:SESSIONS_PER_STATEMENT]).delete()
        deleted += gone
        if gone < SESSIONS_PER_STATEMENT:
            break
    return deleted
