"""Who buys and where to, as typed into a checkout that was refused: kept in the session until something is bought.

So it is there again after a look at the cart. Nothing of the card is kept. Checkout takes seconds, in which another
window may write the session or log in: each change goes into the session as it is by now, and into no new one.
"""

from collections.abc import Mapping
from typing import Final

from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest

TYPED: Final = "checkout"
FIELDS: Final = ("email", "name", "address")
# Twice what the longest of them may have: enough to shorten what was too long.
LONGEST: Final = 1000


def typed_before(request: HttpRequest) -> dict[str, str]:
    return {name: text for name, text in request.session.get(TYPED, {}).items() if text}


def keep_typed(request: HttpRequest, typed: Mapping[str, object]) -> None:
    """Only in a session that is there: nobody makes one by sending forms."""
    _put(request, {name: str(typed.get(name, ""))[:LONGEST] for name in FIELDS})


def forget_typed(request: HttpRequest) -> None:
    if TYPED in request.session:
        _put(request, {})


def _put(request: HttpRequest, typed: dict[str, str]) -> None:
    now = type(request.session)(request.session.session_key)
    if now.get(TYPED, {}) != typed and now.session_key is not None:
        now[TYPED] = typed
        try:
            now.save()
        except UpdateError:
            # Somebody has just logged in or out in another window.
            return
    # Whatever else this request changes is written with it, and is no older.
    was_modified = request.session.modified
    request.session[TYPED] = typed
    request.session.modified = was_modified
