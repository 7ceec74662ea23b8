"""What a reader makes of an entry: fresh, stale, or nothing but a floor."""

from dataclasses import dataclass

import pytest

from shop.caching.entry import ABSENT, HEADER_BYTES, TOMBSTONE, VALUE, pack
from shop.caching.policy import Pattern, Policy
from shop.caching.reading import DECODED_ENTRIES, EntryReader, Freshness, Reading
from shop.caching.serializer import Serializer

JAM = Policy(name="jam", pattern=Pattern.CACHE_ASIDE, schema=1, ttl=100, jitter=0.1, stale_grace=20, negative_ttl=10)
WRITTEN_MS = 1_700_000_000_000


@dataclass(frozen=True)
class Jam:
    fruit: str


class CountingSerializer(Serializer[Jam]):
    """Counts what is parsed."""

    parsed = 0

    def loads(self, data: bytes) -> Jam:
        self.parsed += 1
        return super().loads(data)


@pytest.fixture
def serializer() -> CountingSerializer:
    return CountingSerializer(Jam)


@pytest.fixture
def reader(serializer: CountingSerializer) -> EntryReader[Jam]:
    return EntryReader(policy=JAM, serializer=serializer)


def entry(version: int = 5, *, kind: bytes = VALUE, payload: bytes = b'{"fruit":"plum"}') -> bytes:
    return pack(version=version, written_ms=WRITTEN_MS, kind=kind, payload=payload)


def read(
    reader: EntryReader[Jam], data: bytes | None, *, after_s: float = 1.0, floor: int = 0, entry_id: int = 7
) -> Reading[Jam]:
    return reader.read(data, entry_id=entry_id, now_ms=WRITTEN_MS + after_s * 1000, floor=floor)


def test_where_there_is_no_entry_the_floor_stays_as_it_was(reader: EntryReader[Jam]) -> None:
    assert read(reader, None, floor=3) == Reading(Freshness.NOTHING, 3, b"")


def test_within_its_time_a_value_is_fresh(reader: EntryReader[Jam]) -> None:
    reading = read(reader, entry(), after_s=30)

    assert reading.freshness is Freshness.FRESH
    assert reading.value == Jam("plum")
    assert reading.floor == 5
    assert reading.seen == entry()[:HEADER_BYTES]
    assert reading.age_ms == 30_000
    assert 60_000 <= reading.ttl_ms <= 70_000


def test_a_value_is_fresh_until_its_own_share_of_the_jitter(reader: EntryReader[Jam]) -> None:
    end_s = JAM.fresh_ms(entry_id=7, written_ms=WRITTEN_MS) / 1000

    assert read(reader, entry(), after_s=end_s - 0.001).freshness is Freshness.FRESH
    assert read(reader, entry(), after_s=end_s).freshness is Freshness.STALE


def test_past_its_time_but_within_its_grace_a_value_is_stale(reader: EntryReader[Jam]) -> None:
    reading = read(reader, entry(), after_s=105)

    assert reading.freshness is Freshness.STALE
    assert reading.value == Jam("plum")
    assert reading.ttl_ms < 0


def test_past_its_grace_a_value_is_nothing_but_a_floor(reader: EntryReader[Jam]) -> None:
    reading = read(reader, entry(), after_s=120)

    assert reading.freshness is Freshness.NOTHING
    assert reading.floor == 5
    assert reading.seen == entry()[:HEADER_BYTES]


def test_an_absent_row_is_believed_for_the_negative_ttl(reader: EntryReader[Jam]) -> None:
    absent = entry(kind=ABSENT, payload=b"")

    believed, forgotten = read(reader, absent, after_s=9.999), read(reader, absent, after_s=10)

    assert (believed.freshness, believed.value, believed.floor) == (Freshness.FRESH, None, 5)
    assert (forgotten.freshness, forgotten.floor) == (Freshness.NOTHING, 5)


def test_a_tombstone_is_nothing_but_a_floor(reader: EntryReader[Jam]) -> None:
    tombstone = entry(8, kind=TOMBSTONE, payload=b"")

    reading = read(reader, tombstone, floor=3)

    assert (reading.freshness, reading.floor, reading.seen) == (Freshness.NOTHING, 8, tombstone)
    assert reading.detail == "invalidated"


def test_a_tombstone_does_not_lower_the_floor_of_its_reader(reader: EntryReader[Jam]) -> None:
    assert read(reader, entry(8, kind=TOMBSTONE, payload=b""), floor=9).floor == 9


@pytest.mark.parametrize("kind", [VALUE, ABSENT])
def test_what_is_below_the_floor_is_not_shown(reader: EntryReader[Jam], kind: bytes) -> None:
    reading = read(reader, entry(5, kind=kind), floor=6)

    assert (reading.freshness, reading.value, reading.floor) == (Freshness.NOTHING, None, 6)
    assert reading.detail == "below floor"


def test_what_is_below_the_floor_is_not_shown_when_it_has_been_parsed_before(reader: EntryReader[Jam]) -> None:
    read(reader, entry(5))

    assert read(reader, entry(5), floor=6).freshness is Freshness.NOTHING
    assert read(reader, entry(5), floor=5).freshness is Freshness.FRESH


@pytest.mark.parametrize("payload", [b"", b"{", b'{"fruit": 7}', b"\xff"])
def test_a_value_that_can_not_be_parsed_still_sets_a_floor(reader: EntryReader[Jam], payload: bytes) -> None:
    reading = read(reader, entry(5, payload=payload), floor=3)

    assert (reading.freshness, reading.floor, reading.detail) == (Freshness.NOTHING, 5, "corrupt")
    assert reading.seen == entry()[:HEADER_BYTES]


@pytest.mark.parametrize("data", [b"", b"1", b"<html>", b"x" * 100])
def test_what_is_no_entry_sets_no_floor_and_can_be_leased_as_seen(reader: EntryReader[Jam], data: bytes) -> None:
    assert read(reader, data, floor=3) == Reading(Freshness.NOTHING, 3, data[:HEADER_BYTES], detail="corrupt")


def test_the_same_bytes_are_parsed_once(reader: EntryReader[Jam], serializer: CountingSerializer) -> None:
    readings = [read(reader, entry()) for _ in range(3)]

    assert serializer.parsed == 1
    assert [reading.value for reading in readings] == [Jam("plum")] * 3


def test_other_bytes_of_the_same_id_are_parsed_again(reader: EntryReader[Jam], serializer: CountingSerializer) -> None:
    read(reader, entry(5))

    assert read(reader, entry(6, payload=b'{"fruit":"fig"}')).value == Jam("fig")
    assert serializer.parsed == 2


def test_the_entry_of_another_id_is_never_mistaken_for_it(reader: EntryReader[Jam]) -> None:
    read(reader, entry(), entry_id=7)

    assert read(reader, entry(payload=b'{"fruit":"fig"}'), entry_id=8).value == Jam("fig")
    assert read(reader, entry(), entry_id=7).value == Jam("plum")


def test_only_the_last_256_entries_are_remembered(reader: EntryReader[Jam], serializer: CountingSerializer) -> None:
    for entry_id in range(DECODED_ENTRIES + 1):
        read(reader, entry(), entry_id=entry_id)

    read(reader, entry(), entry_id=1)
    assert serializer.parsed == DECODED_ENTRIES + 1
    read(reader, entry(), entry_id=0)
    assert serializer.parsed == DECODED_ENTRIES + 2
