"""Events as they travel: one logged change each, as JSON with a version. docs/events.md describes each kind.

    {"schema": 1, "id": 17, "database": "3f9c52d07ab1", "type": "changed", "entity": "price",
     "ids": [7, 9], "versions": [1042, 1043], "retired": "", "transaction": 771,
     "committed_at": 1732345678901, "published_at": 1732345678931}

`id` is the change's row in the log, and with `database` names the event for ever: one that comes twice has the same.
Times are milliseconds since 1970. A reader passes over fields that it does not know, so fields may be added within a
schema; a change of what a field means is a new schema. Proved by tests/unit/test_event_messages.py.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

SCHEMA: Final = 1

CHANGED: Final = "changed"
RESET: Final = "reset"
FLASH_SALE_STARTED: Final = "flash_sale_started"
FLASH_SALE_ENDED: Final = "flash_sale_ended"
TYPES: Final = frozenset({CHANGED, RESET, FLASH_SALE_STARTED, FLASH_SALE_ENDED})


# What PostgreSQL and an entry's version can hold: a consumer would try for ever to write down anything else.
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
EntryId = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
# Up to the end of the year 9999.
Millis = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
Name = Annotated[str, Meta(pattern=r"^[^\x00]{0,40}$")]
DatabaseId = Annotated[str, Meta(max_length=12)]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the change log, published.

    `ids` and `versions` go together, at most 1,000 of each; a reset has none and carries in `retired` the database id
    that is dead. `database` is the id in force when the event was published.
    """

    id: Number
    database: DatabaseId
    type: str
    entity: Name
    ids: tuple[EntryId, ...]
    versions: tuple[Number, ...]
    transaction: Number
    committed_at: Millis
    published_at: Millis
    retired: DatabaseId = ""
    schema: int = SCHEMA


class MalformedEventError(ValueError):
    """The bytes are no event; the message says why. No reader will ever understand them."""


class NewerSchemaError(ValueError):
    """The event is of a schema that a later release writes."""


class UnknownTypeError(ValueError):
    """The event is of a type that a later release writes."""


class _Heading(msgspec.Struct):
    """What an event of any schema begins with."""

    schema: int
    type: str


_encode = msgspec.json.Encoder().encode
_heading = msgspec.json.Decoder(_Heading)
_event = msgspec.json.Decoder(Event)


def type_of(*, entity: str, operation: str) -> str:
    """What a row of the log is called on its way: its operation, and for news of an entity both names."""
    return operation if operation in (CHANGED, RESET) else f"{entity}_{operation}"


def pack(event: Event) -> bytes:
    return _encode(event)


def unpack(data: bytes | None) -> Event:
    """A message may have no value at all. Raises MalformedEventError, NewerSchemaError and UnknownTypeError."""
    try:
        heading = _heading.decode(data or b"")
        if heading.schema > SCHEMA:
            raise NewerSchemaError(f"schema {heading.schema}, and this release reads up to {SCHEMA}")
        if heading.type not in TYPES:
            raise UnknownTypeError(f"type {heading.type!r}")
        event = _event.decode(data or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEventError(str(error)) from error
    if len(event.ids) != len(event.versions):
        raise MalformedEventError(f"{len(event.ids)} ids and {len(event.versions)} versions")
    if event.type not in (CHANGED, RESET) and not event.type.startswith(f"{event.entity}_"):
        raise MalformedEventError(f"type {event.type!r} of entity {event.entity!r}")
    return event
