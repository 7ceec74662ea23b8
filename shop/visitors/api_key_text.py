"""What a key looks like: `lk_<prefix>_<secret>`, as in `lk_0f3a9c51_` and 43 more characters.

The prefix, 8 hex digits, is public: it finds the row, and tells people which key they look at. The secret is 32 random
bytes in URL-safe base64, and is stored as its SHA-256 alone. A slow hash is for passwords, which people choose, and
which can be guessed from a list. Nobody guesses one of 2^256, at any rate; a slow hash would only make each call slow.

Proved by tests/unit/test_api_key_text.py.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

SECRET_BYTES: Final = 32
_FORM: Final = re.compile(r"lk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
# Of no secret.
_NO_DIGEST: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyText:
    """A whole key. Shown by repr, as in a traceback, it keeps its secret."""

    prefix: str
    secret: str = field(repr=False)

    @property
    def whole(self) -> str:
        """What its owner is given, once."""
        return f"lk_{self.prefix}_{self.secret}"

    @property
    def digest(self) -> str:
        return sha256(self.secret.encode()).hexdigest()

    def matches(self, digest: str | None) -> bool:
        """In the same time for a digest that differs early, one that differs late, and None: there is no such key."""
        is_equal = hmac.compare_digest(self.digest, digest or _NO_DIGEST)
        return is_equal and digest is not None


def new_key() -> KeyText:
    """A key that nobody has."""
    return KeyText(prefix=secrets.token_hex(4), secret=secrets.token_urlsafe(SECRET_BYTES))


def read_key(*, text: str) -> KeyText | None:
    """The parts of a key; None for what is none."""
    found = _FORM.fullmatch(text)
    return KeyText(prefix=found[1], secret=found[2]) if found else None
