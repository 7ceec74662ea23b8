"""The mark where the next page of a list begins: the sort, the sort key of the last row shown, and its id.

    base64url('["price_asc","12.90",4711]')

Visitors carry cursors, so nothing in one is believed: it must be, letter for letter, what this module writes for some
row. Anything else raises BadCursorError before the database hears of it.
Proved by tests/unit/test_catalog_cursor.py and tests/integration/test_catalog_search.py.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from catalog.models.text import UNSTORABLE
from catalog.search.sort import Sort

SortKey = Decimal | datetime | float | str

LONGEST = 2400
LONGEST_NAME = 140
LARGEST_ID = 2**63 - 1
RANK = re.compile(r"[0-9]{1,3}\.[0-9]{6}", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\+00:00", re.ASCII)
PRICE = re.compile(r"[0-9]{1,8}\.[0-9]{2}", re.ASCII)
SCORE = re.compile(r"[0-9]{1,5}\.[0-9]{1,17}", re.ASCII)


class BadCursorError(ValueError):
    """This is no cursor of ours, or one of another sort."""

    def __init__(self) -> None:
        super().__init__("This cursor is not one that a list in this order has given out.")


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page: what comes after it is the next page. `id` is 1 or more."""

    key: SortKey
    id: int


def encode(position: Position, *, sort: Sort) -> str:
    """The cursor for the page after `position`."""
    content = json.dumps([sort.value, _text(position.key, sort=sort), position.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def decode(cursor: str, *, sort: Sort) -> Position:
    """The position in a cursor of this sort. Raises BadCursorError."""
    if len(cursor) > LONGEST:
        raise BadCursorError
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, text, product_id = json.loads(content)
        if name != sort.value or type(text) is not str or type(product_id) is not int:
            raise BadCursorError
        position = Position(_key(text, sort=sort), product_id)
        if not 1 <= product_id <= LARGEST_ID or encode(position, sort=sort) != cursor:
            raise BadCursorError
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursorError from error
    return position


def _text(key: SortKey, *, sort: Sort) -> str:
    match key:
        case datetime():
            return key.astimezone(UTC).isoformat(timespec="microseconds")
        case Decimal():
            return f"{key:.6f}" if sort is Sort.RELEVANCE else f"{key:.2f}"
        case float():
            return repr(key)
        case _:
            return key


def _key(text: str, *, sort: Sort) -> SortKey:
    """The sort key in a cursor. Raises ValueError for what can't be one."""
    if sort is Sort.NEWEST:
        if not MOMENT.fullmatch(text):
            raise ValueError("no product was made then")
        return datetime.fromisoformat(text)
    if sort is Sort.NAME:
        if not 1 <= len(text) <= LONGEST_NAME or UNSTORABLE.search(text):
            raise ValueError("no product has this name")
        return text
    shape = {Sort.RELEVANCE: RANK, Sort.POPULAR: SCORE}.get(sort, PRICE)
    if not shape.fullmatch(text):
        raise ValueError("no product has this number")
    return float(text) if sort is Sort.POPULAR else Decimal(text)
