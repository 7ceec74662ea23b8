"""An event is read back as it was written, and what a later release adds to it is passed over."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.events.messages import (
    SCHEMA,
    Event,
    MalformedEventError,
    NewerSchemaError,
    UnknownTypeError,
    pack,
    type_of,
    unpack,
)

numbers = st.integers(0, 2**63 - 1)
entry_ids = st.integers(-(2**63), 2**63 - 1)
database_ids = st.text("0123456789abcdef", min_size=12, max_size=12)
KINDS = (("price", "changed"), ("seeding", "reset"), ("flash_sale", "started"), ("flash_sale", "ended"))
EVENT = Event(
    id=17,
    database="3f9c52d07ab1",
    type="changed",
    entity="price",
    ids=(7, 9),
    versions=(1042, 1043),
    transaction=771,
    committed_at=1_732_345_678_901,
    published_at=1_732_345_678_931,
)


@given(
    kind=st.sampled_from(KINDS),
    versions=st.dictionaries(entry_ids, numbers),
    number=numbers,
    database=database_ids,
    at_ms=st.integers(0, 253_402_300_799_999),
)
def test_an_event_is_read_back_as_it_was_written(
    kind: tuple[str, str], versions: dict[int, int], number: int, database: str, at_ms: int
) -> None:
    entity, operation = kind
    event = Event(
        id=number,
        database=database,
        type=type_of(entity=entity, operation=operation),
        entity=entity,
        ids=tuple(versions),
        versions=tuple(versions.values()),
        transaction=number,
        committed_at=at_ms,
        published_at=at_ms,
    )

    assert unpack(pack(event)) == event


def with_fields(**fields: object) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(pack(EVENT)) | fields)


def test_fields_that_a_reader_does_not_know_are_passed_over() -> None:
    value = with_fields(written_by="psql", cause={"campaign": [1, 2]}, note=None)

    assert unpack(value) == EVENT


def test_a_field_that_may_be_left_out_is_what_it_was_before_there_was_one() -> None:
    fields = msgspec.json.decode(pack(EVENT))
    del fields["retired"]

    assert unpack(msgspec.json.encode(fields)) == EVENT


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"schema": SCHEMA + 1, "ids": "all"}, NewerSchemaError),
        ({"type": "price_printed", "ids": "all"}, UnknownTypeError),
        ({"ids": "all"}, MalformedEventError),
        ({"versions": [1]}, MalformedEventError),
    ],
    ids=["newer schema", "unknown type", "ids that are no list", "fewer versions than ids"],
)
def test_what_cannot_be_read_says_whether_a_later_release_could(
    fields: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        unpack(with_fields(**fields))
