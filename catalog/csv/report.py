"""What became of a file: counts, and every cell that is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalog.csv.export import BYTE_ORDER_MARK, as_csv

LONGEST_SHOWN: Final = 60
LONGEST_PROBLEM: Final = 300
# A file that is wrong throughout is wrong in one way: the first ten thousand cells say which.
MOST_ERRORS: Final = 10_000
_UNSHOWABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CellError:
    """`row` counts as a spreadsheet does, the header being 1. `column` is empty where the whole row is wrong."""

    row: int
    column: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`written` tells whether the counts are what was done, or what would be. `unreadable`: no row could be trusted."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    broken: int = 0
    errors: tuple[CellError, ...] = ()
    written: bool = False
    unreadable: bool = False


def cell_error(*, row: int, column: str, value: str, problem: str) -> CellError:
    """With its texts made fit to be shown: shortened, and without characters that have no picture."""
    return CellError(row, column, _shown(value, LONGEST_SHOWN), _shown(problem, LONGEST_PROBLEM))


def errors_as_csv(*, errors: Iterable[CellError]) -> bytes:
    """A file to mend the other one by; its cells are as safe to open as those of an export."""
    rows = ((str(error.row), error.column, error.value, error.problem) for error in errors)
    return BYTE_ORDER_MARK + as_csv([("row", "column", "value", "problem"), *rows])


def _shown(text: str, longest: int) -> str:
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"[\t\r\n]+", " ", short))
