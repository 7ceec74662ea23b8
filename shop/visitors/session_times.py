"""How long sessions live. All in seconds, from their last use.

A customer's ends half an hour after its last use. A guest's guards a cart, and lives as long as the cart's row does.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

IDLE: Final = 30 * 60.0
GUEST_IDLE: Final = 30 * 24 * 3600.0
# A row notes a use at most once a minute, so it may be that old; and it lives as much longer, so that whoever asks the
# row alone, because Redis has forgotten, sends nobody away too early.
NOTED_EVERY: Final = 60.0
MARGIN: Final = NOTED_EVERY


def moment(now_ms: int) -> datetime:
    """A time of the clock as the database takes it, to the millisecond."""
    return datetime.fromtimestamp(now_ms // 1000, UTC) + timedelta(milliseconds=now_ms % 1000)


def row_ends_at(*, guest: bool, used_ms: int) -> datetime:
    """When the row of a session ends that was used then."""
    return moment(used_ms) + timedelta(seconds=(GUEST_IDLE if guest else IDLE) + MARGIN)
