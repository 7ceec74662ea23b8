"""A session that is used while the sessions that have run out are deleted: a use that was noted keeps it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shop.visitors.models import Session
from shop.visitors.sessions import delete_expired_sessions
from tests.integration.sessions import customer, session_of
from tests.races.actors import Stage, interleavings, point

# The points of each actor.
USE = 2  # use, commit
DELETE = 1


def use() -> int:
    """How many rows have noted it."""
    point("use")
    with transaction.atomic():
        noted = Session.objects.update(expires_at=timezone.now() + timedelta(minutes=31))
        point("commit")
    return noted


def delete() -> None:
    point("delete")
    delete_expired_sessions()


def delete_unlocked() -> None:
    """What has run out when the statement begins: it waits for the row, and does not look again."""
    point("delete")
    expired = Session.objects.filter(expires_at__lt=timezone.now()).order_by("expires_at").values("pk")
    Session.objects.filter(pk__in=expired[:1000]).delete()


@pytest.mark.parametrize(
    ("job", "harmless"), [(delete, True), (delete_unlocked, False)], ids=["", "control: without the lock"]
)
def test_a_session_whose_use_was_noted_is_not_deleted(
    stage: Stage, own_caches: None, job: Callable[[], None], harmless: bool
) -> None:
    found = None
    for order in interleavings({"visitor": USE, "sweeper": DELETE}, most=3):
        Session.objects.all().delete()
        session_of(customer())
        Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        noted = stage.play({"visitor": use, "sweeper": job}, order)["visitor"]
        if Session.objects.count() != noted:
            found = order
            break

    assert (found is None) is harmless
