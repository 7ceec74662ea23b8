"""Events as bytes: what was packed is unpacked, and whatever else may come has one of three names."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.events.messages import (
    CHANGED,
    FLASH_SALE_ENDED,
    FLASH_SALE_STARTED,
    RESET,
    SCHEMA,
    TYPES,
    Event,
    MalformedEventError,
    NewerSchemaError,
    UnknownTypeError,
    pack,
    type_of,
    unpack,
)

NUMBERS = st.integers(0, 2**63 - 1)
MILLIS = st.integers(0, 253_402_300_799_999)
NOT_JSON = [b"", None, b"null", b"7", b"[]", b"{", b"\xff\xfe", b"{}", b'{"schema": 1}', b'{"schema": "1", "type": 7}']
NESTED = [b"[" * 200_000, b'{"schema": 1, "type": "changed", "new": ' + b"[" * 200_000]


def fields(**changed: Any) -> dict[str, Any]:
    """The event that the module's docstring shows, as JSON has it."""
    return {
        "schema": SCHEMA,
        "id": 17,
        "database": "3f9c52d07ab1",
        "type": CHANGED,
        "entity": "price",
        "ids": [7, 9],
        "versions": [1042, 1043],
        "retired": "",
        "transaction": 771,
        "committed_at": 1_732_345_678_901,
        "published_at": 1_732_345_678_931,
        **changed,
    }


def packed(**changed: Any) -> bytes:
    return json.dumps(fields(**changed)).encode()


@st.composite
def events(draw: st.DrawFn) -> Event:
    versions = draw(st.dictionaries(st.integers(-(2**63), 2**63 - 1), NUMBERS, max_size=20))
    kind, entity = draw(st.sampled_from([(CHANGED, "price"), (RESET, "seeding"), (FLASH_SALE_ENDED, "flash_sale")]))
    return Event(
        id=draw(NUMBERS),
        database=draw(st.text("0123456789abcdef", min_size=12, max_size=12)),
        type=kind,
        entity=entity,
        ids=tuple(versions),
        versions=tuple(versions.values()),
        transaction=draw(NUMBERS),
        committed_at=draw(MILLIS),
        published_at=draw(MILLIS),
        retired=draw(st.text(max_size=12)),
    )


@given(events())
def test_what_was_packed_is_unpacked(event: Event) -> None:
    assert unpack(pack(event)) == event


def test_an_event_travels_as_json_with_all_of_its_fields() -> None:
    event = unpack(packed())

    assert json.loads(pack(event)) == fields()
    assert (event.ids, event.versions) == ((7, 9), (1042, 1043))


def test_fields_of_a_later_release_are_passed_over() -> None:
    assert unpack(packed(colour="red", nested={"deep": [1]})) == unpack(packed())


@pytest.mark.parametrize("data", NOT_JSON, ids=[str(data) for data in NOT_JSON])
def test_what_is_no_event_is_malformed(data: bytes | None) -> None:
    with pytest.raises(MalformedEventError):
        unpack(data)


@pytest.mark.parametrize("data", NESTED, ids=["all of it", "a field of it"])
def test_deep_nesting_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedEventError):
        unpack(data)


@pytest.mark.parametrize("field", [name for name in fields() if name != "retired"])
def test_a_missing_field_is_malformed(field: str) -> None:
    rest = {name: value for name, value in fields().items() if name != field}

    with pytest.raises(MalformedEventError, match=field):
        unpack(json.dumps(rest).encode())


@pytest.mark.parametrize("field", list(fields()))
@pytest.mark.parametrize("wrong", [None, True, 1.5, {"a": 1}], ids=str)
def test_a_field_of_another_kind_is_malformed(field: str, wrong: object) -> None:
    with pytest.raises(MalformedEventError):
        unpack(packed(**{field: wrong}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 2**63},
        {"id": -1},
        {"ids": [7, 2**63]},
        {"versions": [1, 10**30]},
        {"versions": [1, -1]},
        {"transaction": 2**63},
        {"committed_at": 253_402_300_800_000},
        {"published_at": -1},
        {"entity": "e" * 41},
        {"entity": "pri\0ce"},
        {"retired": "r" * 13},
        {"type": FLASH_SALE_STARTED},
    ],
    ids=str,
)
def test_what_no_column_and_no_entry_could_hold_is_malformed(wrong: dict[str, object]) -> None:
    """A consumer would be refused by the database again and again, and the stream would stand still."""
    with pytest.raises(MalformedEventError):
        unpack(packed(**wrong))


@pytest.mark.parametrize(("ids", "versions"), [([7], []), ([], [1]), ([7, 9], [1])])
def test_ids_without_versions_are_malformed(ids: list[int], versions: list[int]) -> None:
    with pytest.raises(MalformedEventError, match=f"{len(ids)} ids and {len(versions)} versions"):
        unpack(packed(ids=ids, versions=versions))


def test_a_newer_schema_is_told_from_what_is_malformed() -> None:
    """Whatever else it says: its fields may mean something else."""
    with pytest.raises(NewerSchemaError, match="schema 2"):
        unpack(json.dumps({"schema": 2, "type": "price_lists", "lists": [[1]]}).encode())


def test_an_unknown_type_is_told_from_what_is_malformed() -> None:
    with pytest.raises(UnknownTypeError, match="voucher_printed"):
        unpack(packed(type="voucher_printed"))


@pytest.mark.parametrize(
    ("entity", "operation", "expected"),
    [
        ("price", "changed", CHANGED),
        ("seeding", "reset", RESET),
        ("flash_sale", "started", FLASH_SALE_STARTED),
        ("flash_sale", "ended", FLASH_SALE_ENDED),
    ],
)
def test_a_row_of_the_log_has_a_type(entity: str, operation: str, expected: str) -> None:
    assert type_of(entity=entity, operation=operation) == expected
    assert expected in TYPES
