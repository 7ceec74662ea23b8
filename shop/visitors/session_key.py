"""What a session's cookie holds: its key, 32 random letters and digits, more than 165 bits that nobody guesses.

The database, the cache and its keys have what is made of it: `digest`, its SHA-256, and `session_id`, the first 63 bits
of that, by which the row is found. Two keys of one id are told apart by the digest.

Proved by tests/unit/test_session_key.py.
"""

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.utils.crypto import get_random_string

LENGTH: Final = 32
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_FORM: Final = re.compile(f"[a-z0-9]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Shown by repr, as in a traceback, it keeps its secret."""

    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @property
    def session_id(self) -> int:
        return int(self.digest[:16], 16) >> 1

    def matches(self, digest: str) -> bool:
        """In the same time wherever the two differ."""
        return hmac.compare_digest(self.digest, digest)


def is_key(text: object) -> bool:
    """Whether it has the form of a key. Nobody is asked about anything else."""
    return isinstance(text, str) and _FORM.fullmatch(text) is not None


def new_key() -> SessionKey:
    """A key that nobody has."""
    return SessionKey(get_random_string(LENGTH, LETTERS))
