"""The change log in numbers, for the metrics, the health check and the dashboard: how much waits, who works on it, and
how long changes took.

Invariant: three statements, each of a bounded number of rows, however long the log is.
Proved by tests/integration/test_metrics_of_changes.py.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

from django.db import connection

from shop.events.backlog import Backlog, backlog
from shop.events.models import StageCount
from shop.events.station import SILENT_AFTER
from shop.events.tracing import BOUNDS_MS

STAGES: Final = ("applied", "dropped")
# Processes that start again and again leave a row each, for an hour.
MOST_STATIONS: Final = 100

_STATIONS: Final = """
    SELECT name, instance, greatest(0, extract(epoch FROM clock_timestamp() - seen_at)), handled, dead_letters, ignored,
           lag, extract(epoch FROM clock_timestamp() - looked_at)::float
    FROM events_station ORDER BY seen_at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class StationFigures:
    """What a relay or a consumer said of itself `silent_s` seconds ago; its witness had last looked `blind_s` ago."""

    name: str
    instance: str
    silent_s: float
    handled: int
    dead_letters: int
    ignored: int
    lag: int | None
    blind_s: float | None

    @property
    def is_alive(self) -> bool:
        return self.silent_s < SILENT_AFTER.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """How many changes had come to a stage within so many ms of their commit; the last bound is infinite, and its
    count is that of all."""

    stage: str
    within_ms: tuple[tuple[float, int], ...]
    sum_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFigures:
    backlog: Backlog
    stations: tuple[StationFigures, ...]
    stages: tuple[StageFigures, ...]


def log_figures() -> LogFigures:
    """Raises django.db.Error."""
    return LogFigures(backlog=backlog(), stations=station_figures(), stages=_stages())


def station_figures() -> tuple[StationFigures, ...]:
    """Those who have given a sign within the last hour, by name. One statement; raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(_STATIONS, [MOST_STATIONS])
        found = [StationFigures(row[0], row[1], float(row[2]), *row[3:]) for row in cursor.fetchall()]
    return tuple(sorted(found, key=lambda one: (one.name, one.instance)))


def _stages() -> tuple[StageFigures, ...]:
    counted = {(row.stage, row.bound_ms): row for row in StageCount.objects.filter(stage__in=STAGES)}
    found = []
    for stage in STAGES:
        changes, sum_ms, within = 0, 0.0, []
        for bound in (*BOUNDS_MS, 0):
            if row := counted.get((stage, bound)):
                changes, sum_ms = changes + row.changes, sum_ms + row.total_ms
            within.append((float(bound) if bound else inf, changes))
        found.append(StageFigures(stage=stage, within_ms=tuple(within), sum_ms=sum_ms))
    return tuple(found)
