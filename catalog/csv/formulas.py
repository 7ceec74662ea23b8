"""Cells that a spreadsheet would run as a formula get an apostrophe on the way out, and lose it on the way in.

Not at the start of a cell alone. Where a spreadsheet's separator is the semicolon or the tab, it takes this file's
commas for text and its quotes too, splits `Plum;=1+1;jam` at them, and begins a row at each line break. So every part
of a cell is guarded as the whole is.

Invariant: `restored(defused(text)) == text` for every text, those with apostrophes of their own included.
Proved by tests/unit/test_csv_formulas.py.
"""

import re
from typing import Final

# What begins a formula in a spreadsheet, with the full-width forms that some of them take for the same.
# Source: OWASP, "CSV Injection".
_FORMULA: Final = r"=+\-@\uff1d\uff0b\uff0d\uff20"
# What may stand before it: spaces and quotes are dropped by some, and apostrophes must be told from those of the guard.
_BEFORE: Final = r"[ \u00a0\u3000'\"]*"
_PART: Final = rf"(?:\A(?={_BEFORE}[{_FORMULA}\t\r\n])|(?<=[;\t\r\n])(?={_BEFORE}[{_FORMULA}]))"
_OPEN: Final = re.compile(_PART)
_GUARDED: Final = re.compile(f"{_PART}'")


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return _OPEN.sub("'", text)


def restored(cell: str) -> str:
    """The text that a cell stands for; other apostrophes are part of the text."""
    return _GUARDED.sub("", cell)
