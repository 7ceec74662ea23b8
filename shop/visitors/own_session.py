"""Whoever changes their own password stays logged in where they do it, and nowhere else.

    path("admin/password_change/", keeping_own_session(view))

The trigger of models/account.py ends all sessions of an account whose password changes. While the view runs, its
connection names its browser's session as the one to keep; Django then gives that session another key. A session that
was ended meanwhile, by a logout everywhere, is not kept: there is nothing to give a key to.

No transaction is held around the view: it computes hashes, which takes as long as the database lets one be idle.

Proved by tests/integration/test_session_ends.py.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shop.visitors.devices import session_id_of
from shop.visitors.models import KEPT

View = Callable[..., HttpResponseBase]


def keeping_own_session(view: View) -> View:
    """A view that changes a password, perhaps that of who asks."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        this = session_id_of(session_key=request.session.session_key)
        if request.method != "POST" or this is None:
            return view(request, *args, **kwargs)
        _name(str(this))
        try:
            return view(request, *args, **kwargs)
        finally:
            _name("")

    return kept


def _name(session_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [KEPT, session_id])
