"""The last 1,000 traces in numbers: after how many milliseconds changes had come to each stage.

One statement, of 1,000 rows at most. Proved by tests/integration/test_admin_traces.py.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.db import connection

from shop.events.tracing import BOUNDS_MS, KEPT

STAGES: Final = ("published", "consumed", "applied", "dropped")

_TIMES: Final = """
    SELECT extract(epoch FROM published_at - committed_at) * 1000,
           extract(epoch FROM consumed_at - committed_at) * 1000,
           extract(epoch FROM applied_at - committed_at) * 1000,
           extract(epoch FROM dropped_at - committed_at) * 1000
    FROM events_trace ORDER BY change_id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTimes:
    """`times_ms` are in order, the shortest first."""

    stage: str
    times_ms: tuple[float, ...]

    def within(self, share: float) -> float | None:
        """The ms within which this share of the changes had come here; None when none has."""
        if not self.times_ms:
            return None
        return self.times_ms[max(0, ceil(share * len(self.times_ms)) - 1)]

    @property
    def median_ms(self) -> float | None:
        return self.within(0.50)

    @property
    def p99_ms(self) -> float | None:
        return self.within(0.99)

    @property
    def by_bound(self) -> Mapping[int, int]:
        """How many came within each of BOUNDS_MS and not within the one before; under 0 those who took longer."""
        counts = dict.fromkeys((*BOUNDS_MS, 0), 0)
        for ms in self.times_ms:
            place = bisect_left(BOUNDS_MS, ms)
            counts[BOUNDS_MS[place] if place < len(BOUNDS_MS) else 0] += 1
        return counts


def stage_times() -> tuple[StageTimes, ...]:
    """The stages in the order in which a change comes to them. Raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [KEPT])
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(STAGES)
    return tuple(
        StageTimes(stage=stage, times_ms=tuple(sorted(max(0.0, float(ms)) for ms in column if ms is not None)))
        for stage, column in zip(STAGES, columns, strict=True)
    )
