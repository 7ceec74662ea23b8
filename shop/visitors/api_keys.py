"""API keys are made and revoked here, by whatever page or command asks for it.

Invariants:
- A key is in force when the transaction that made it is committed, and revoked when the one that revoked it is: each
  use reads the row. A call that was let in before goes on to its end.
- A revoked key is never in force again; whoever needs one makes another.
- The history names who made a key and who revoked it, written in the same transaction. It never holds a secret.

Proved by tests/integration/test_api_key_operations.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from shop.events.busy import or_busy
from shop.events.history import Recorded, record_changes
from shop.visitors.api_key_text import KeyText, new_key
from shop.visitors.models import ApiKey

_ONE_OF_A_NAME: Final = "apikey_one_of_a_name"


class KeyNameTakenError(Exception):
    """The owner has a key of this name that was not revoked."""

    def __init__(self) -> None:
        super().__init__("There is a key of this name already. Revoke it, or choose another name.")


class NotStaffError(Exception):
    """A key of somebody who is not active and staff would open nothing."""

    def __init__(self) -> None:
        super().__init__("A key is for somebody who is active and staff.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """`whole` is what the caller shows to its owner, once: it stands nowhere else. A repr does not show it."""

    row: ApiKey
    text: KeyText

    @property
    def whole(self) -> str:
        return self.text.whole


def make_api_key(
    *,
    owner: User,
    name: str,
    made_by: User,
    now: datetime,
    expires_at: datetime | None = None,
    text: KeyText | None = None,
) -> MadeKey:
    """A new key of `owner`; `text` is chosen at random unless it is given. Raises KeyNameTakenError, NotStaffError."""
    if not (owner.is_active and owner.is_staff):
        raise NotStaffError
    text = text or new_key()
    row = ApiKey(owner=owner, name=name, prefix=text.prefix, digest=text.digest, made_at=now, expires_at=expires_at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record_changes(
                user_id=made_by.pk, model=ApiKey, changes=[Recorded(object_id=row.pk, name=str(row), added=True)]
            )
    except IntegrityError as error:
        cause: Any = error.__cause__
        if cause.diag.constraint_name == _ONE_OF_A_NAME:
            raise KeyNameTakenError from error
        raise
    return MadeKey(row=row, text=text)


def revoke_api_keys(*, key_ids: Collection[int], revoked_by: User, now: datetime) -> int:
    """Returns how many were revoked now; the others had been before, or are gone. Raises RowsBusyError."""
    with or_busy(), transaction.atomic():
        keys = list(
            ApiKey.objects.select_for_update(no_key=True).filter(pk__in=key_ids, revoked_at__isnull=True).order_by("pk")
        )
        ApiKey.objects.filter(pk__in=[key.pk for key in keys]).update(revoked_at=now)
        return record_changes(
            user_id=revoked_by.pk,
            model=ApiKey,
            changes=[Recorded(object_id=key.pk, name=str(key), fields={"revoked": (None, now)}) for key in keys],
        )


def keep_api_key(*, owner: User, name: str, text: KeyText, now: datetime) -> bool:
    """See to it that this very key is in force, for a demo whose key is known beforehand; returns whether it was made.

    One that was revoked, and another of the same name, are deleted.
    """
    with transaction.atomic():
        found = ApiKey.objects.filter(prefix=text.prefix, owner=owner, name=name).first()
        if found is not None and text.matches(found.digest) and not found.is_over(now=now):
            return False
        ApiKey.objects.filter(prefix=text.prefix).delete()
        ApiKey.objects.filter(owner=owner, name=name, revoked_at__isnull=True).delete()
        make_api_key(owner=owner, name=name, made_by=owner, now=now, text=text)
    return True
