"""What an audit tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

# Findings that are kept to be shown; the others are counted.
MOST_TOLD: Final = 1000


class Problem(StrEnum):
    """`OLDER`: a change has not reached the entry. `DIFFERENT`: it never said what its row says. `NEWER`: its row was
    put back, and nobody said so."""

    OLDER = "older than its row"
    DIFFERENT = "not what its row says"
    NEWER = "newer than its row"


class Finding(NamedTuple):
    """One wrong entry. Below `floor` nothing of it may be shown."""

    cache: str
    entry_id: int
    problem: Problem
    detail: str
    floor: int
    is_mended: bool = False


@dataclass
class Tally:
    """One cache. `absent` counts what is not cached; of the rest, what is not `right` is wrong."""

    cache: str
    checked: int = 0
    absent: int = 0
    wrong: dict[Problem, int] = field(default_factory=lambda: dict.fromkeys(Problem, 0))
    mended: int = 0

    @property
    def right(self) -> int:
        return self.checked - self.absent - self.found

    @property
    def found(self) -> int:
        return sum(self.wrong.values())


@dataclass
class Report:
    """`cache_error` says why the caches could not be asked, or not be mended, "" where they were. `unaudited` are
    caches that no app has named."""

    tallies: list[Tally] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unaudited: Sequence[str] = ()
    cache_error: str = ""

    @property
    def found(self) -> int:
        return sum(tally.found for tally in self.tallies)

    @property
    def mended(self) -> int:
        return sum(tally.mended for tally in self.tallies)

    @property
    def is_clean(self) -> bool:
        """Whether all was looked at, and nothing is wrong any more."""
        return self.found == self.mended and not self.cache_error
