"""Snapshots come back exactly as they were, or are refused before they are stored."""

import enum
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shop.caching.serializer import CorruptEntryError, NotExactError, Serializer

NOON = datetime(2025, 3, 30, 12, 0, 0, 123456, tzinfo=UTC)
CODE = UUID(int=7)


class Size(enum.Enum):
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Jar:
    """One field of each kind that a snapshot may have."""

    price: Decimal = Decimal("1.10")
    made_at: datetime = NOON
    code: UUID = CODE
    picture: bytes = b"\x00\xff"
    size: Size = Size.SMALL
    labels: tuple[Label, ...] = (Label("plum", 0.1), Label("no weight", None))
    attributes: tuple[tuple[str, str | int | float | bool], ...] = (("a", "1"), ("b", 1), ("c", 1.0), ("d", True))
    count: int = 2**63 - 1
    share: float = 0.1


JARS = Serializer(Jar)


def come_back(jar: Jar) -> Jar:
    return JARS.loads(JARS.dumps(jar))


def test_a_snapshot_comes_back_equal() -> None:
    assert come_back(Jar()) == Jar()


@pytest.mark.parametrize(
    "text", ["1.10", "1.1", "1.100", "0", "-0.00", "1E+5", "100000", "NaN", "12345678901234567.89"]
)
def test_a_decimal_keeps_its_sign_its_digits_and_its_exponent(text: str) -> None:
    assert come_back(Jar(price=Decimal(text))).price.as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize("share", [0.1, 1 / 3, -0.0, 1e16, 5e-324, 1.7976931348623157e308])
def test_a_float_comes_back_to_the_last_bit(share: float) -> None:
    assert come_back(Jar(share=share)).share.hex() == share.hex()


@pytest.mark.parametrize("zone", [None, UTC, timezone(timedelta(hours=-5, minutes=-30))], ids=str)
def test_a_time_comes_back_with_its_microseconds_and_its_offset(zone: timezone | None) -> None:
    made_at = NOON.replace(tzinfo=zone)

    restored = come_back(Jar(made_at=made_at)).made_at

    assert (restored, restored.tzinfo) == (made_at, zone)


def test_the_types_of_attributes_are_told_apart() -> None:
    values = [value for _, value in come_back(Jar()).attributes]

    assert [type(value) for value in values] == [str, int, float, bool]


@pytest.mark.parametrize(
    "changes",
    [
        {"made_at": NOON.replace(tzinfo=ZoneInfo("Europe/Berlin"))},
        {"made_at": NOON.replace(tzinfo=ZoneInfo("UTC"))},
        {"made_at": NOON.replace(tzinfo=timezone(timedelta(seconds=7230)))},
        {"made_at": NOON.replace(fold=1)},
        {"share": math.nan},
        {"share": math.inf},
        {"share": 1},
        {"price": 1.1},
        {"price": "1.10"},
        {"count": True},
        {"count": "7"},
        {"count": None},
        {"labels": [Label("a list", 1.0)]},
        {"labels": (Label("an int", 1),)},
        {"labels": (("a tuple", 1.0),)},
        {"attributes": (("a list", []),)},
        {"size": "small"},
        {"picture": bytearray(b"\x00")},
        {"attributes": (("half a character", "\ud800"),)},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_what_would_not_come_back_as_it_was_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotExactError):
        JARS.dumps(Jar(**changes))


def test_the_refusal_says_which_part_and_what_would_become_of_it() -> None:
    jar = Jar(labels=(Label("plum", 0.1), Label("fig", 1)))

    with pytest.raises(NotExactError, match=r"^Jar\.labels\[1\]\.weight: 1 would come back as 1\.0$"):
        JARS.dumps(jar)


def test_another_type_is_refused() -> None:
    with pytest.raises(NotExactError, match="expected Jar, got Label"):
        JARS.dumps(Label("fig", 1.0))  # type: ignore[arg-type]


def test_a_subclass_is_refused() -> None:
    @dataclass(frozen=True)
    class BigJar(Jar):
        litres: int = 5

    with pytest.raises(NotExactError, match="expected Jar, got BigJar"):
        JARS.dumps(BigJar())


def test_a_dataclass_that_can_be_changed_is_refused() -> None:
    @dataclass
    class Open:
        text: str

    with pytest.raises(TypeError, match="Open is not a frozen dataclass"):
        Serializer(Open)


def test_what_is_no_dataclass_is_refused() -> None:
    with pytest.raises(TypeError, match="dict is not a frozen dataclass"):
        Serializer(dict)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}{}",
        b'{"text": 7, "weight": 1.0}',
        b'{"weight": 1.0}',
        b'{"text": "\xff", "weight": 1.0}',
        b'{"text": "fig", "weight": 1.0',
        b"\x80\x04\x95pickle",
    ],
)
def test_bytes_that_are_no_snapshot_are_corrupt(data: bytes) -> None:
    with pytest.raises(CorruptEntryError, match=r"^Label: "):
        Serializer(Label).loads(data)
