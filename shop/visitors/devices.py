"""The browsers in which a customer is logged in, and the ends of their sessions from elsewhere.

Invariants:
- A session that was ended here is over at the next request, in every process: the row goes, and with it, by the change
  log, what is cached. A crash or a cache that does not listen delays that, and is made up for.
- Nobody ends, or sees, a session of somebody else: it is answered like one that never was.

Proved by tests/integration/test_devices.py and test_devices_listed.py, and by tests/races/test_sessions.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.visitors.browser_words import browser_in_words
from shop.visitors.models import Session
from shop.visitors.session_key import SessionKey, is_key
from shop.visitors.session_times import IDLE, MARGIN, moment

# As many as a page shows; whoever has more ends them all.
DEVICES_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`last_used_at` is to the minute. `address` is None where it is not known. `is_this` one is the asking browser."""

    session_id: int
    browser: str
    address: str | None
    logged_in_at: datetime | None
    last_used_at: datetime
    is_this: bool


def devices_of(*, user_id: int, session_key: str | None) -> list[Device]:
    """The asking browser, if `session_key`, its own, is one of them, then the others, those last used first; at most 50
    in all."""
    this = session_id_of(session_key=session_key)
    # By the index of user and last use: what is over is not even looked at.
    since = moment(REGISTRY.ground().now_ms) - timedelta(seconds=IDLE + MARGIN)
    living = Session.objects.filter(user_id=user_id, last_used_at__gte=since)
    # One query: the asking browser may have been quiet for longer than 50 others.
    own = [] if this is None else [this]
    others = living.exclude(pk__in=own).order_by("-last_used_at")[: DEVICES_AT_ONCE - len(own)]
    rows = living.filter(pk__in=own).union(others, all=True)
    devices = [
        Device(
            session_id=row.pk,
            browser=browser_in_words(user_agent=row.user_agent),
            address=row.address,
            logged_in_at=row.logged_in_at,
            last_used_at=row.last_used_at,
            is_this=row.pk == this,
        )
        for row in rows
    ]
    return sorted(devices, key=lambda device: (device.is_this, device.last_used_at), reverse=True)


def session_id_of(*, session_key: str | None) -> int | None:
    """Names a session among its owner's; it opens nothing."""
    return SessionKey(session_key).session_id if session_key is not None and is_key(session_key) else None


def log_out_session(*, user_id: int, session_id: int) -> bool:
    """End one session of this customer. Whether there was one."""
    with announced_changes():
        gone, _ = Session.objects.filter(user_id=user_id, pk=session_id).delete()
    return bool(gone)


def log_out_everywhere(*, user_id: int, but: int | None = None) -> int:
    """End the sessions of this customer, all but one if it is named; returns how many there were."""
    sessions = Session.objects.filter(user_id=user_id)
    with announced_changes():
        gone, _ = (sessions if but is None else sessions.exclude(pk=but)).delete()
    return gone
