"""How often something may be asked for: a limit for each kind of call.

    WRITES     100 a minute   whatever changes something and has no limit of its own
    LOGIN       10 a minute   tries to log in, by address: who guesses has no name yet
    SIGN_UP     10 a minute   new accounts, by address
    CHECKOUT    20 a minute   tries to order
    ADMIN      600 a minute   whatever staff change in the admin
    VIEWS      600 a minute   "somebody saw this product", which pages tell by themselves
    CATALOG  6,000 a minute   reads of the JSON API

Invariant: a policy that makes no sense raises when its module is imported, and never comes to decide.
Proved by tests/unit/test_rate_limit_policies.py.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_WINDOW_S: Final = 24 * 3600
# A log of so many is a megabyte; each address that calls has one.
HIGHEST_LIMIT: Final = 100_000
_NAME: Final = re.compile(r"[a-z]+(_[a-z]+)*")


class BadRateLimitError(ValueError):
    """A policy that makes no sense."""


class Whom(StrEnum):
    """For whom calls are counted."""

    # The API key's, else the user's, else the address.
    CALLER = "caller"
    # The address alone: neither a key nor a session is looked up for it.
    ADDRESS = "address"


class Beyond(StrEnum):
    """What happens to calls beyond a process's own share, while Redis is away and nobody can count for all."""

    # They are let through: better too many than none.
    OPEN = "open"
    # They are refused: better none than too many.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """`limit` calls in any window of `window` seconds. `share` is what part of it each process allows by itself while
    Redis is away. Raises BadRateLimitError."""

    name: str
    limit: int
    window: int = 60
    whom: Whom = Whom.CALLER
    share: float = 0.25
    beyond: Beyond = Beyond.OPEN

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._bad("name: small letters and underscores, as it stands in keys and headers")
        if not 1 <= self.limit <= HIGHEST_LIMIT:
            raise self._bad(f"limit: from 1 to {HIGHEST_LIMIT:,} calls")
        if not 1 <= self.window <= LONGEST_WINDOW_S:
            raise self._bad(f"window: from 1 to {LONGEST_WINDOW_S:,} seconds")
        if not 0 < self.share <= 1:
            raise self._bad("share: more than 0, at most 1")

    @property
    def local_limit(self) -> int:
        """How many calls a process allows by itself."""
        return max(1, int(self.limit * self.share))

    def _bad(self, what: str) -> BadRateLimitError:
        return BadRateLimitError(f"rate limit {self.name!r}: {what}")


WRITES: Final = RateLimit(name="writes", limit=100)
LOGIN: Final = RateLimit(name="login", limit=10, whom=Whom.ADDRESS, beyond=Beyond.CLOSED)
SIGN_UP: Final = RateLimit(name="sign_up", limit=10, whom=Whom.ADDRESS, beyond=Beyond.CLOSED)
CHECKOUT: Final = RateLimit(name="checkout", limit=20)
ADMIN: Final = RateLimit(name="admin", limit=600)
VIEWS: Final = RateLimit(name="views", limit=600, whom=Whom.ADDRESS)
CATALOG: Final = RateLimit(name="catalog", limit=6000, whom=Whom.ADDRESS)
POLICIES: Final = (WRITES, LOGIN, SIGN_UP, CHECKOUT, ADMIN, VIEWS, CATALOG)
