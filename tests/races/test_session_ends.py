"""A login that is under way when the password changes: in no order of the steps does it leave a session behind."""

from functools import partial

import pytest
from django.contrib.auth.models import User

from shop.events.fast_path import announced_changes
from shop.visitors import session_rows
from shop.visitors.models import Session
from shop.visitors.session_key import SessionKey
from shop.visitors.session_rows import Login, save_session
from tests.integration.sessions import customer, session_of
from tests.races.actors import Stage, interleavings, point
from tests.races.sessions import Scene, scene

__all__ = ["scene"]

OLD, NEW = "a hash", "another hash"
# The points of each actor.
LOG_IN = 4  # save, commit, invalidate, slide
CHANGE = 3  # change, commit, invalidate
UNLOCKED = session_rows._IS_LET_IN.removesuffix("FOR SHARE")


def log_in(guest: SessionKey, user: User) -> None:
    """What is left of a login once its password was found right."""
    point("save")
    with announced_changes():
        login = Login(user_agent="", address=None, password=OLD)
        save_session(key=guest, data="{}", user_id=user.pk, login=login)
        point("commit")


def change_password(user: User) -> None:
    point("change")
    with announced_changes():
        User.objects.filter(pk=user.pk).update(password=NEW)
        point("commit")


@pytest.mark.parametrize("locked", [True, False], ids=["", "control: without the lock"])
def test_no_login_by_an_old_password_outlives_the_change(
    stage: Stage, scene: Scene, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    if not locked:
        monkeypatch.setattr(session_rows, "_IS_LET_IN", UNLOCKED)
    found = None
    for order in interleavings({"customer": LOG_IN, "changer": CHANGE}, most=35):
        scene.begin()
        user, guest = customer(), session_of(None)
        User.objects.filter(pk=user.pk).update(password=OLD)
        stage.play({"customer": partial(log_in, guest, user), "changer": partial(change_password, user)}, order)
        if Session.objects.filter(user=user).exists():
            found = order
            break

    assert (found is None) is locked
