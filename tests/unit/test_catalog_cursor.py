"""Cursors travel through visitors' hands: what comes back is either exactly ours, or refused."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.popularity import HIGHEST, NEVER_VIEWED
from catalog.models.text import UNSTORABLE
from catalog.search import BadCursorError, Sort
from catalog.search.cursor import LARGEST_ID, Position, decode, encode

IDS = st.integers(1, LARGEST_ID)
NAMES = st.text(min_size=1, max_size=140).filter(lambda name: not UNSTORABLE.search(name))
KEYS: dict[Sort, st.SearchStrategy[Any]] = {
    Sort.RELEVANCE: st.decimals(0, 999, places=6),
    Sort.NEWEST: st.datetimes(timezones=st.just(UTC)),
    Sort.POPULAR: st.just(NEVER_VIEWED) | st.floats(1, HIGHEST, exclude_max=True),
    Sort.PRICE_ASC: st.decimals(0, 99_999_999, places=2),
    Sort.PRICE_DESC: st.decimals(0, 99_999_999, places=2),
    Sort.NAME: NAMES,
}


def forged(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


@pytest.mark.parametrize("sort", list(Sort))
@given(data=st.data())
def test_every_position_comes_back_as_it_was(sort: Sort, data: st.DataObject) -> None:
    position = Position(data.draw(KEYS[sort]), data.draw(IDS))

    assert decode(encode(position, sort=sort), sort=sort) == position


@pytest.mark.parametrize("sort", list(Sort))
@given(cursor=st.text(max_size=60) | st.text("AZaz09-_=", max_size=60))
def test_arbitrary_text_is_refused(sort: Sort, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        decode(cursor, sort=sort)


@pytest.mark.parametrize(
    ("sort", "content"),
    [
        (Sort.PRICE_ASC, ["price_desc", "1.00", 1]),
        (Sort.PRICE_ASC, ["price_asc", 1.0, 1]),
        (Sort.PRICE_ASC, ["price_asc", "1.0", 1]),
        (Sort.PRICE_ASC, ["price_asc", "NaN", 1]),
        (Sort.PRICE_ASC, ["price_asc", "1e9", 1]),
        (Sort.PRICE_ASC, ["price_asc", "-1.00", 1]),
        (Sort.PRICE_ASC, ["price_asc", "01.00", 1]),
        (Sort.PRICE_ASC, ["price_asc", "\N{ARABIC-INDIC DIGIT ONE}.00", 1]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", 0]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", True]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", "1"]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", 2**63]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", 10**400]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", 1.0]),
        (Sort.PRICE_ASC, ["price_asc", "1.00"]),
        (Sort.PRICE_ASC, ["price_asc", "1.00", 1, 1]),
        (Sort.PRICE_ASC, ["price_asc", None, 1]),
        (Sort.PRICE_ASC, [["price_asc"], "1.00", 1]),
        (Sort.RELEVANCE, ["relevance", "0.1", 1]),
        (Sort.RELEVANCE, ["relevance", "Infinity", 1]),
        (Sort.NEWEST, ["newest", "2024-01-01", 1]),
        (Sort.NEWEST, ["newest", "2024-01-01T00:00:00.000000", 1]),
        (Sort.NEWEST, ["newest", "2024-01-01T00:00:00.000000+02:00", 1]),
        (Sort.NEWEST, ["newest", "0001-01-01T00:00:00.000000+23:59", 1]),
        (Sort.NEWEST, ["newest", "9999-12-31T23:59:59.000000-23:59", 1]),
        (Sort.POPULAR, ["popular", "6928", 1]),
        (Sort.POPULAR, ["popular", "6928.10", 1]),
        (Sort.POPULAR, ["popular", "-1.0", 1]),
        (Sort.POPULAR, ["popular", "inf", 1]),
        (Sort.POPULAR, ["popular", "1e-05", 1]),
        (Sort.POPULAR, ["popular", "6928.1234567890123456", 1]),
        (Sort.NAME, ["name", "", 1]),
        (Sort.NAME, ["name", "a\x00b", 1]),
        (Sort.NAME, ["name", "\ud800", 1]),
        (Sort.NAME, ["name", "x" * 141, 1]),
    ],
)
def test_forged_content_is_refused(sort: Sort, content: list[object]) -> None:
    with pytest.raises(BadCursorError):
        decode(forged(*content), sort=sort)


@pytest.mark.parametrize("content", [b"[" * 1500, b"9" * 1500, b"{}", b"null", b"\xff\xfe", b""])
def test_what_is_no_triple_is_refused(content: bytes) -> None:
    with pytest.raises(BadCursorError):
        decode(base64.urlsafe_b64encode(content).decode(), sort=Sort.NAME)


def test_a_cursor_has_one_spelling() -> None:
    cursor = encode(Position(Decimal("12.90"), 4711), sort=Sort.PRICE_ASC)
    padded = base64.urlsafe_b64encode(json.dumps(["price_asc", "12.90", 4711]).encode()).decode()

    for other in (cursor + "=", padded, f" {cursor}", cursor + "\n", "A" * 10_000):
        with pytest.raises(BadCursorError):
            decode(other, sort=Sort.PRICE_ASC)


def test_times_of_other_zones_are_written_in_utc() -> None:
    at = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    assert decode(encode(Position(at, 1), sort=Sort.NEWEST), sort=Sort.NEWEST) == Position(at, 1)
