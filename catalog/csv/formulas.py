"""Cells that a spreadsheet would run as a formula get a leading apostrophe on the way out, and lose it on the way in.

Invariant: `restored(defused(text)) == text` for every text, those that begin with an apostrophe of their own included.
Proved by tests/unit/test_csv_formulas.py.
"""

import re
from typing import Final

# What begins a formula in a spreadsheet, with the full-width forms that some of them take for the same.
# Source: OWASP, "CSV Injection".
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text that a cell stands for; other leading apostrophes are part of the text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
