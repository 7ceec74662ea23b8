"""The bytes of a file as rows of cells, or the reason why they can't be.

Refused as a whole, since no row of such a file can be trusted: another encoding than UTF-8, a quote that is not closed,
a header with a column that is unknown, missing or there twice, too many rows. A row with too few or too many cells is
wrong by itself.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Final

from catalog.csv.formulas import restored
from catalog.csv.product_row import COLUMNS, KEY
from catalog.csv.report import CellError, cell_error

MOST_ROWS: Final = 100_000


class UnreadableFileError(ValueError):
    """The file is refused; `error` says where and why."""

    def __init__(self, *, row: int, column: str = "", value: str = "", problem: str) -> None:
        super().__init__(problem)
        self.error = cell_error(row=row, column=column, value=value, problem=problem)


@dataclass(frozen=True, slots=True)
class FileRow:
    """`cells` by column, the guard against formulas taken off; `error` instead if the row has no such shape."""

    number: int
    cells: Mapping[str, str]
    error: CellError | None = None


def read_rows(data: bytes) -> Iterator[FileRow]:
    """The rows below the header, blank ones left out. Raises UnreadableFileError, at the row where it shows."""
    # Decoded bit by bit: as one text a file with a single emoji takes four bytes for every letter.
    lines = csv.reader(TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline=""), strict=True)
    header: Sequence[str] | None = None
    number = count = 0
    while True:
        number += 1
        try:
            cells = next(lines)
        except StopIteration:
            break
        except UnicodeDecodeError as error:
            raise _not_utf_8(data) from error
        except csv.Error as error:
            raise UnreadableFileError(row=number, problem=_told(error)) from error
        if not any(cells):
            continue
        if header is None:
            header = _checked_header(cells, number)
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableFileError(row=number, problem=f"A file has at most {MOST_ROWS:,} rows.")
        yield _row(number, header, cells)
    if header is None:
        raise UnreadableFileError(row=1, problem="The file is empty: its first row names the columns.")


def _not_utf_8(data: bytes) -> UnreadableFileError:
    """Where the file leaves UTF-8: what is decoded bit by bit can't say which line that was."""
    row, value = 1, ""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row, value = data.count(b"\n", 0, error.start) + 1, repr(data[error.start : error.end])
    problem = "The file is not in UTF-8; save it as “CSV UTF-8”. The number is that of the line."
    return UnreadableFileError(row=row, value=value, problem=problem)


def _checked_header(cells: Sequence[str], number: int) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    known = ", ".join(COLUMNS)
    for column in header:
        if column not in COLUMNS:
            hint = " Cells are separated by commas here." if ";" in column or "\t" in column else ""
            raise UnreadableFileError(
                row=number,
                column=column[:40],
                value=column,
                problem=f"There is no such column.{hint} There are: {known}.",
            )
        if header.count(column) > 1:
            raise UnreadableFileError(row=number, column=column, value=column, problem="The column is there twice.")
    if KEY not in header:
        raise UnreadableFileError(
            row=number, column=KEY, problem=f"The column {KEY} is missing: it says which product a row is about."
        )
    return header


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> FileRow:
    if len(cells) != len(header):
        problem = f"The row has {len(cells)} cells, and the header {len(header)}."
        return FileRow(number, {}, cell_error(row=number, column="", value=",".join(cells), problem=problem))
    return FileRow(number, {column: restored(cell) for column, cell in zip(header, cells, strict=True)})


def _told(error: csv.Error) -> str:
    match str(error):
        case "unexpected end of data":
            return "A quote is opened and never closed: the rest of the file would be one cell."
        case message if "field limit" in message:
            return f"A cell has more than {csv.field_size_limit():,} characters."
        case _:
            return "A quote stands inside a cell: a cell with quotes is put in quotes, and its own are doubled."
