"""For whom a call counts: the staff key that it shows, else the user who is logged in, else the address.

    key-12   user-7   ip4-203.0.113.7   ip6-20010db800010002

Invariants:
- Nobody chooses freely for whom they count. A key counts only once its secret was found right, and a session only if
  it is in force: with invented ones a caller would have as many windows as they like, or fill somebody else's.
- Where a limit is for addresses, neither is looked up. Elsewhere a key is looked up once a request (the operation uses
  what was found), and the session is read only if there is a cookie, as whatever writes reads it anyway.
- A subject is short, whatever was sent.
- While the database can't say whose a key or a session is, its caller counts for the address, and that is counted.

Proved by tests/integration/test_rate_limit_subjects.py.
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error
from django.http import HttpRequest

from shop.visitors.api_key_auth import UnauthorizedError, shown_key
from shop.visitors.rate_limits.address import visitors_network
from shop.visitors.rate_limits.policies import Whom
from shop.visitors.rate_limits.registry import RATE_LIMITS


def subject_of(*, request: HttpRequest, whom: Whom) -> str:
    """A name for whoever is counted, for one part of a key."""
    known = _known(request) if whom is Whom.CALLER else None
    return known or visitors_network(meta=request.META, trusted_proxies=settings.TRUSTED_PROXIES)


def _known(request: HttpRequest) -> str | None:
    """None for a stranger, and while the database can't say: whoever needs it will be told so by the view."""
    try:
        return _by_key(request) or _by_session(request)
    except Error:
        RATE_LIMITS.figures.add_unnamed()
        return None


def _by_key(request: HttpRequest) -> str | None:
    if "Authorization" not in request.headers:
        return None
    try:
        return f"key-{shown_key(request).pk}"
    except UnauthorizedError:
        return None


def _by_session(request: HttpRequest) -> str | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user_id = request.session.get(SESSION_KEY)
    return None if user_id is None else f"user-{int(user_id)}"
