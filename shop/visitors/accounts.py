"""Customers' accounts. The email is the user name, in small letters, so that nobody has two of one email.

Accounts that staff make may have capitals: they are found however the email is written, by the index that
cart/migrations/0004 makes.

Invariant: a password is stored by Django's hasher alone, and no refusal repeats one.
"""

from typing import Final

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

# As long as Django's column for user names.
LONGEST_EMAIL: Final = 150


class EmailTakenError(Exception):
    """Somebody has an account with this email."""


def sign_up(*, email: str, password: str) -> User:
    """A new account. Raises EmailTakenError, and ValidationError: for a password that is easily guessed a list, for an
    email that is too long a dict."""
    name = _user_name(email)
    if len(name) > LONGEST_EMAIL:
        # Small letters and plain ones can be more than what was typed.
        raise ValidationError({"email": f"At most {LONGEST_EMAIL} characters, as it is stored."})
    validate_password(password, User(username=name, email=name))
    if _kept_name(name) is not None:
        raise EmailTakenError
    try:
        with transaction.atomic():
            return User.objects.create_user(username=name, email=name, password=password)
    except IntegrityError as error:
        raise EmailTakenError from error


def find_account(*, request: HttpRequest, email: str, password: str) -> User | None:
    """Whose email and password these are; None for nobody's, after the same time whether or not the email is known."""
    name = _user_name(email)
    found = authenticate(request, username=_kept_name(name) or name, password=password)
    return found if isinstance(found, User) else None


def _user_name(email: str) -> str:
    """As Django stores it: characters that look the same are the same."""
    return User.normalize_username(User.normalize_username(email.strip()).lower())


def _kept_name(name: str) -> str | None:
    """The account's own way to write this name: exactly so, if there is one, else the oldest."""
    names = User.objects.filter(username__iexact=name).order_by("pk").values_list("username", flat=True)
    kept = list(names[:10])
    return name if name in kept else next(iter(kept), None)
