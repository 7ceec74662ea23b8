"""How quickly changes reach everyone, how many wait, and whether somebody carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from shop.events.backlog import COUNTED_ROWS, backlog
from shop.events.durations import said_ms
from shop.events.figures import StationFigures, station_figures
from shop.events.trace_figures import StageTimes, stage_times

CARRIERS: Final = ("relay", "consumer")


class StageRow(NamedTuple):
    """A stage's times, as people read them."""

    stage: str
    median: str
    p99: str
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFigures:
    """`reached` is the last stage that any of the last 1,000 changes has come to. `trouble` is empty while all is well,
    `oldest` while nothing waits."""

    reached: StageRow | None
    unfinished: int
    is_exact: bool
    oldest: str
    trouble: str


def change_figures() -> ChangeFigures:
    """Three statements."""
    waiting = backlog()
    rows = [row for row in stage_rows(stage_times()) if row.changes]
    return ChangeFigures(
        reached=rows[-1] if rows else None,
        unfinished=waiting.rows,
        is_exact=waiting.rows < COUNTED_ROWS,
        oldest=said_ms(waiting.oldest_s * 1000) if waiting.rows else "",
        trouble=_trouble(station_figures()),
    )


def stage_rows(stages: Sequence[StageTimes]) -> list[StageRow]:
    return [StageRow(one.stage, _said(one.median_ms), _said(one.p99_ms), len(one.times_ms)) for one in stages]


def _said(ms: float | None) -> str:
    return "none" if ms is None else said_ms(ms)


def _trouble(stations: Sequence[StationFigures]) -> str:
    alive = {one.name for one in stations if one.is_alive}
    missing = [name for name in CARRIERS if name not in alive]
    return " and ".join(f"no {name}" for name in missing)
