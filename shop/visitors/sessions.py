"""Sessions that have run out go: each guest who ever put something into a cart has left one.

Invariant: a session that is being used at this moment stays. A row that somebody holds is passed over, and one that has
been changed since it was found is looked at again. Proved by tests/races/test_expired_sessions.py.
"""

from typing import Final

from django.db import transaction

from shop.caching.registry import REGISTRY
from shop.visitors.models import Session
from shop.visitors.session_times import moment

SESSIONS_PER_STATEMENT: Final = 1_000


def delete_expired_sessions(*, limit: int = 1_000_000) -> int:
    """Delete at most about `limit` of them, 1,000 a statement; returns how many."""
    now = moment(REGISTRY.ground().now_ms)
    expired = Session.objects.filter(expires_at__lt=now).order_by("expires_at").select_for_update(skip_locked=True)
    deleted = 0
    while deleted < limit:
        with transaction.atomic():
            gone, _ = Session.objects.filter(pk__in=expired.values("pk")[:SESSIONS_PER_STATEMENT]).delete()
        deleted += gone
        if gone < SESSIONS_PER_STATEMENT:
            break
    return deleted
