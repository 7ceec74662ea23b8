"""Staff by their API keys: `Authorization: Bearer lk_...`.

    @router.post("/flash-sales", auth=staff_key("catalog.add_flashsale"))
    def make(request: HttpRequest) -> ...:
        user = key_owner(request)

Invariants:
- A key does what its owner may do at that moment: somebody who is active and staff, and has the permission that the
  operation names. Nothing of it is cached, so a key that was revoked is refused from the next call on.
- The session's cookie counts for nothing here, so that no foreign page can act in the name of who is logged in.
- Whoever gets 401 does not learn why: it is the same answer for no header, a wrong scheme, an unknown key, a revoked
  or expired one, and an owner who may not come in. 403 says that the key is good, and does not reach this far.
- No header is logged. Ninja's own HttpBearer writes it down where DEBUG is on.
- The key is looked up once a request, whoever asks for it first: the rate limits, or the operation.
- To have been used costs a write at most once a minute, and never waits for who holds the key's row.

Proved by tests/integration/test_api_keys.py and test_api_key_input.py.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.http import HttpAuthBase

from shop.visitors.api_key_text import read_key
from shop.visitors.models import ApiKey

SHORTEST_BETWEEN_MARKS: Final = timedelta(minutes=1)
# Longer than a scheme, a space and a key; what is longer is not even looked at.
LONGEST_HEADER: Final = 200
_SHOWN: Final = "larder_api_key"
_BEARER: Final = re.compile(r"bearer +(\S+)", re.IGNORECASE)


class UnauthorizedError(Exception):
    """The caller has not shown a key that opens anything."""


class StaffKey(HttpAuthBase):
    """Ninja's kind of authentication; the name of the class is that of the scheme in the OpenAPI schema."""

    openapi_scheme = "bearer"
    openapi_bearerFormat = "lk_..."  # noqa: N815  OpenAPI's name
    openapi_description = "A staff API key, sent as `Authorization: Bearer lk_...`. It has the rights of its owner."

    def __init__(self, *, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> User:
        """The key's owner. Raises UnauthorizedError, and PermissionDenied."""
        key = shown_key(request)
        if not key.owner.has_perm(self.permission):
            raise PermissionDenied
        return key.owner


def staff_key(permission: str) -> StaffKey:
    """For an operation's `auth`: whose owner has this permission, as in "catalog.change_price"."""
    return StaffKey(permission=permission)


def key_owner(request: HttpRequest) -> User:
    """Who acts, in an operation behind `staff_key`. Raises UnauthorizedError in any other."""
    owner: Any = getattr(request, "auth", None)
    if not isinstance(owner, User):
        raise UnauthorizedError
    return owner


def shown_key(request: HttpRequest) -> ApiKey:
    """The key in the request's header, looked up when it is asked for first. Raises UnauthorizedError."""
    kept = vars(request)
    if _SHOWN not in kept:
        try:
            kept[_SHOWN] = find_key(header=request.headers.get("Authorization", ""), now=timezone.now())
        except UnauthorizedError:
            kept[_SHOWN] = None
    key: ApiKey | None = kept[_SHOWN]
    if key is None:
        raise UnauthorizedError
    return key


def find_key(*, header: str, now: datetime) -> ApiKey:
    """The key in an Authorization header, marked as used. Raises UnauthorizedError."""
    found = _BEARER.fullmatch(header) if len(header) <= LONGEST_HEADER else None
    text = read_key(text=found[1]) if found else None
    if text is None:
        raise UnauthorizedError
    key = ApiKey.objects.select_related("owner").filter(prefix=text.prefix).first()
    if not text.matches(key.digest if key else None) or key is None or key.is_over(now=now):
        raise UnauthorizedError
    if not (key.owner.is_active and key.owner.is_staff):
        raise UnauthorizedError
    _mark_used(key, now)
    return key


def _mark_used(key: ApiKey, now: datetime) -> None:
    before = now - SHORTEST_BETWEEN_MARKS
    if key.last_used_at is not None and key.last_used_at > before:
        return
    due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    with transaction.atomic():
        free = ApiKey.objects.select_for_update(skip_locked=True).filter(due, pk=key.pk).values("pk")
        ApiKey.objects.filter(pk__in=free).update(last_used_at=now)
