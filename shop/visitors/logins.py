"""Where a login came from, kept in its session for its owner to recognise it by; and what password it was of."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from shop.visitors.models import LONGEST_USER_AGENT
from shop.visitors.rate_limits.address import visitors_address
from shop.visitors.session_rows import Login


def listen() -> None:
    """At every login, whichever page it happens on."""
    user_logged_in.connect(_logged_in, dispatch_uid="logins")


def _logged_in(request: HttpRequest, user: AbstractBaseUser, **told: Any) -> None:
    address = visitors_address(meta=request.META, trusted_proxies=settings.TRUSTED_PROXIES)
    # What SESSION_ENGINE names; the session's save writes it.
    session: Any = request.session
    session.login_told = Login(
        user_agent=request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_USER_AGENT],
        # A zone ("%eth0") is of this machine, and no part of an address to PostgreSQL.
        address=None if address is None else str(address).partition("%")[0],
        password=user.password,
    )
