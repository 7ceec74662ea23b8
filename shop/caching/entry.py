"""What one Redis string holds: a version, the time it was written, what kind it is, and a payload.

    00000000000000000042 1732345678901 v {"id":7,...}
    version, 20 digits   written, ms   kind  payload

The version has leading zeros and a fixed width, so that the Lua scripts compare versions as text: a bigint does not fit
into a Lua number. The written time decides when the entry is stale; Redis's own expiry only decides when it is gone.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

VALUE: Final = b"v"
ABSENT: Final = b"a"
TOMBSTONE: Final = b"t"

VERSION_DIGITS: Final = 20
TIME_DIGITS: Final = 13
KIND_AT: Final = VERSION_DIGITS + TIME_DIGITS
HEADER_BYTES: Final = KIND_AT + 1


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """A value and the version of the row it was read from, taken by one statement.

    `version` is the owner row's bigint, at least 1.
    """

    version: int
    value: T


def pack(*, version: int, written_ms: int, kind: bytes, payload: bytes = b"") -> bytes:
    """The bytes of an entry. `version` is 0 or more, `written_ms` milliseconds since 1970."""
    return b"%0*d%0*d%s%s" % (VERSION_DIGITS, version, TIME_DIGITS, written_ms, kind, payload)


def version_of(entry: bytes | None) -> int:
    """The floor that an entry sets: its version; 0 where there is none."""
    return int(entry[:VERSION_DIGITS]) if entry else 0


def written_ms_of(entry: bytes) -> int:
    return int(entry[VERSION_DIGITS:KIND_AT])


def kind_of(entry: bytes) -> bytes:
    return entry[KIND_AT:HEADER_BYTES]


def payload_of(entry: bytes) -> bytes:
    return entry[HEADER_BYTES:]


def is_entry(data: bytes) -> bool:
    """Whether `data` has the shape of an entry; anything else under our keys was not written by us."""
    return len(data) >= HEADER_BYTES and data[:KIND_AT].isdigit() and kind_of(data) in (VALUE, ABSENT, TOMBSTONE)
