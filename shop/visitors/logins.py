"""Where a login came from: kept in its session, for its owner to recognise it by."""

from ipaddress import ip_address
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from shop.visitors.models import LONGEST_USER_AGENT
from shop.visitors.session_rows import Login


def listen() -> None:
    """At every login, whichever page it happens on."""
    user_logged_in.connect(_logged_in, dispatch_uid="logins")


def _logged_in(request: HttpRequest, **told: Any) -> None:
    # What SESSION_ENGINE names; the session's save writes it.
    session: Any = request.session
    session.login_told = Login(
        user_agent=request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_USER_AGENT],
        address=_address_of(request),
    )


def _address_of(request: HttpRequest) -> str | None:
    """The peer's; None where there is none, as behind a socket of Unix."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
