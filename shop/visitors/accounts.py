"""Customers' accounts. The email is the user name, in small letters, so that nobody has two of one email.

Invariant: a password is stored by Django's hasher alone, and no refusal repeats one.
"""

from typing import Final

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest

# As long as Django's column for user names.
LONGEST_EMAIL: Final = 150


class EmailTakenError(Exception):
    """Somebody has an account with this email."""


def sign_up(*, email: str, password: str) -> User:
    """A new account. Raises EmailTakenError, and ValidationError for a password that is easily guessed."""
    name = _user_name(email)
    validate_password(password, User(username=name, email=name))
    try:
        with transaction.atomic():
            return User.objects.create_user(username=name, email=name, password=password)
    except IntegrityError as error:
        raise EmailTakenError from error


def find_account(*, request: HttpRequest, email: str, password: str) -> User | None:
    """Whose email and password these are; None for nobody's, after the same time whether or not the email is known."""
    found = authenticate(request, username=_user_name(email), password=password)
    return found if isinstance(found, User) else None


def _user_name(email: str) -> str:
    return email.strip().lower()
