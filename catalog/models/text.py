"""What text the catalog's tables take: anything PostgreSQL can store and a page can show."""

import re

from django.core.exceptions import ValidationError

# PostgreSQL stores no NUL, UTF-8 has no lone surrogates, and the other control characters have no picture.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain_text(value: str) -> None:
    """Raise ValidationError for control characters (line breaks and tabs are fine) and for broken Unicode."""
    if UNSTORABLE.search(value):
        raise ValidationError("This text has characters in it that can't be stored or shown.", code="unstorable")
