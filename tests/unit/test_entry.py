"""What one Redis string holds can be packed and unpacked, and compares as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.caching.entry import (
    ABSENT,
    HEADER_BYTES,
    TOMBSTONE,
    VALUE,
    VERSION_DIGITS,
    is_entry,
    kind_of,
    pack,
    payload_of,
    version_of,
    written_ms_of,
)

versions = st.integers(0, 2**63 - 1)
moments_ms = st.integers(0, 10**13 - 1)
kinds = st.sampled_from([VALUE, ABSENT, TOMBSTONE])


@given(version=versions, written_ms=moments_ms, kind=kinds, payload=st.binary())
def test_every_part_comes_back_as_it_was_packed(version: int, written_ms: int, kind: bytes, payload: bytes) -> None:
    entry = pack(version=version, written_ms=written_ms, kind=kind, payload=payload)

    assert is_entry(entry)
    assert version_of(entry) == version
    assert written_ms_of(entry) == written_ms
    assert kind_of(entry) == kind
    assert payload_of(entry) == payload
    assert len(entry) == HEADER_BYTES + len(payload)


@given(one=versions, other=versions)
def test_versions_compare_as_text_as_they_do_as_numbers(one: int, other: int) -> None:
    texts = [pack(version=version, written_ms=0, kind=VALUE)[:VERSION_DIGITS] for version in (one, other)]

    assert (texts[0] < texts[1]) is (one < other)


def test_where_there_is_no_entry_there_is_no_floor() -> None:
    assert version_of(None) == 0
    assert version_of(b"") == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1",
        b'{"id": 7}',
        b"0" * 33,
        b"0" * 33 + b"x",
        b"-" + b"0" * 32 + b"v",
        b" " * 33 + b"v",
        pack(version=7, written_ms=1, kind=VALUE)[:-1],
        "٣".encode() * 17,
    ],
)
def test_what_was_not_written_by_us_is_no_entry(data: bytes) -> None:
    assert not is_entry(data)
