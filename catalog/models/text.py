"""What text the catalog's tables take: anything PostgreSQL can store and a page can show."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

# PostgreSQL stores no NUL, UTF-8 has no lone surrogates, and the other control characters have no picture.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def long_text(*, longest: int) -> "models.TextField[str, str]":
    """A column for several lines. Django leaves a TextField's `max_length` to forms; this one is checked everywhere."""
    return models.TextField(blank=True, max_length=longest, validators=[plain_text, MaxLengthValidator(longest)])


def plain_text(value: str) -> None:
    """Raise ValidationError for control characters (line breaks and tabs are fine) and for broken Unicode."""
    if UNSTORABLE.search(value):
        raise ValidationError("This text has characters in it that can't be stored or shown.", code="unstorable")
