"""Keys for tests, and calls by them."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from shop.visitors.api_keys import MadeKey, make_api_key

WHO = "/api/keyed/who"


def clerk(*codenames: str, name: str = "clerk") -> User:
    """Somebody of the staff with these permissions."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def key_of(owner: User, *, name: str = "robot", expires_at: datetime | None = None) -> MadeKey:
    return make_api_key(owner=owner, name=name, made_by=owner, now=timezone.now(), expires_at=expires_at)


def call(authorization: str | None, *, client: Client | None = None, path: str = WHO) -> Any:
    headers = {} if authorization is None else {"Authorization": authorization}
    return (client or Client(raise_request_exception=False)).get(path, headers=headers)


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def bearer(made: MadeKey) -> str:
    return f"Bearer {made.whole}"
