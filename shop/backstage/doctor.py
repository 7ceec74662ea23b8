"""What `manage.py doctor` looks at: small checks, each of which says what it found and how to mend what is wrong.

A check never raises because a server is ill: an ill server is what it reports. No finding shows a password.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit


class Verdict(StrEnum):
    """`WRONG` makes the command fail; `NOTE` is worth knowing."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `remedy` says what to do about it, in one sentence; it is empty when all is well."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]
# Clocks further apart than this make TTLs, leases and sale times wrong by more than they allow for.
CLOCK_LIMIT_S = 1.0


def masked(url: str) -> str:
    """The URL without its password and its query, which may hold one."""
    parts = urlsplit(url)
    host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    user = f"{parts.username or ''}:***@" if parts.password else f"{parts.username}@" if parts.username else ""
    return urlunsplit((parts.scheme, user + host, parts.path, "", ""))


def clock_finding(*, server: str, difference_s: float) -> Finding:
    """`difference_s`: the server's clock minus this process's."""
    detail = f"{difference_s * 1000:+.0f} ms against this process"
    if abs(difference_s) <= CLOCK_LIMIT_S:
        return Finding(f"{server} clock", Verdict.OK, detail)
    remedy = "Set both machines' clocks by NTP: ages and expiries are reckoned across them."
    return Finding(f"{server} clock", Verdict.WRONG, detail, remedy)


def examine(*, checks: tuple[Check, ...]) -> list[Finding]:
    """Run the checks in their order."""
    return [finding for check in checks for finding in check()]
