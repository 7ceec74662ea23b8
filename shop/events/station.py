"""Signs of life of relays and consumers, for the metrics, the doctor and the admin."""

from datetime import timedelta
from typing import Final, NamedTuple

from django.db import connection

from shop.events.models import Station

FORGOTTEN_AFTER: Final = timedelta(hours=1)
# A process that has given no sign for so long is taken for dead.
SILENT_AFTER: Final = timedelta(seconds=5)

_TELL: Final = """
    INSERT INTO events_station (name, instance, seen_at, handled, dead_letters, ignored, lag, looked_at)
    VALUES (%s, %s, clock_timestamp(), %s, %s, %s, %s, clock_timestamp() - make_interval(secs => %s))
    ON CONFLICT (name, instance) DO UPDATE SET seen_at = excluded.seen_at, handled = excluded.handled,
        dead_letters = excluded.dead_letters, ignored = excluded.ignored, lag = excluded.lag,
        looked_at = excluded.looked_at
"""
_FORGET: Final = "DELETE FROM events_station WHERE seen_at < clock_timestamp() - make_interval(secs => %s)"
_ALIVE: Final = "SELECT id FROM events_station WHERE seen_at > clock_timestamp() - make_interval(secs => %s)"


class StationSign(NamedTuple):
    """What a process says of itself: events since its start; `lag` is None where there is none, or nobody knows it.

    `blind_s` is for how many seconds its witness has not seen Redis; None where it has no witness.
    """

    handled: int
    dead_letters: int = 0
    ignored: int = 0
    lag: int | None = None
    blind_s: float | None = None


def tell(*, name: str, instance: str, sign: StationSign) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [name, instance, *sign])
        cursor.execute(_FORGET, [FORGOTTEN_AFTER.total_seconds()])


def alive(*, within: timedelta = SILENT_AFTER) -> list[Station]:
    """Those that have given a sign of late, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIVE, [within.total_seconds()])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Station.objects.filter(pk__in=ids).order_by("name", "instance"))
