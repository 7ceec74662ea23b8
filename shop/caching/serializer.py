"""Snapshots to JSON and back, exactly; what would not come back as it was is refused before it is stored.

msgspec reads JSON straight into the frozen dataclasses. `dumps` reads back what it wrote and compares type by type: a
cache must not turn Decimal("1.10") into 1.1, a time zone into another, or a tuple into a list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final, Generic, TypeVar

import msgspec

T = TypeVar("T")

# What is equal is the same.
PLAIN: Final = frozenset({int, str, bool, bytes, type(None)})


class NotExactError(TypeError):
    """The value can't be brought back exactly: the message says which part."""


class CorruptEntryError(ValueError):
    """The bytes are not a snapshot of this type."""


class Serializer(Generic[T]):
    """For one frozen dataclass of str, int, float, bool, None, Decimal, datetime, UUID, bytes, enums, tuples and such
    dataclasses. Raises TypeError at once for a class with a field that JSON can't hold.
    """

    def __init__(self, snapshot: type[T]) -> None:
        if not (is_dataclass(snapshot) and snapshot.__dataclass_params__.frozen):  # type: ignore[attr-defined]
            raise TypeError(f"{snapshot.__name__} is not a frozen dataclass")
        self._snapshot = snapshot
        self._encoder = msgspec.json.Encoder(decimal_format="string")
        self._decoder = msgspec.json.Decoder(snapshot)

    def dumps(self, value: T) -> bytes:
        if type(value) is not self._snapshot:
            raise NotExactError(f"expected {self._snapshot.__name__}, got {type(value).__name__}")
        try:
            data = self._encoder.encode(value)
            restored = self._decoder.decode(data)
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise NotExactError(f"{self._snapshot.__name__}: {error}") from error
        if difference := _difference(value, restored):
            raise NotExactError(self._snapshot.__name__ + difference)
        return data

    def loads(self, data: bytes) -> T:
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise CorruptEntryError(f"{self._snapshot.__name__}: {error}") from error


def _difference(before: Any, after: Any) -> str:
    """Where the two differ, as the path of a part and both its values; "" when they are the same in every part.

    It runs at every fill and put: a path is put together on the way back, from where there is a difference.
    """
    if type(before) is type(after):
        if type(before) in PLAIN:
            if before == after:
                return ""
        elif (parts := _parts(before, after)) is not None:
            for where, old, new in parts:
                if found := _difference(old, new):
                    return where + found
            return ""
        elif _same_scalar(before, after):
            return ""
    return f": {before!r} would come back as {after!r}"


def _parts(before: Any, after: Any) -> Iterable[tuple[str, Any, Any]] | None:
    """What two values of one type consist of: where, and of each; None where there are no parts to compare."""
    if names := _field_names(type(before)):  # type: ignore[arg-type]  # classes are hashable
        return [(where, getattr(before, name), getattr(after, name)) for where, name in names]
    if isinstance(before, tuple | list) and len(before) == len(after):
        return [(f"[{index}]", *pair) for index, pair in enumerate(zip(before, after, strict=True))]
    if isinstance(before, dict):
        keys = ("'s keys", tuple(before), tuple(after))
        return [keys] if keys[1] != keys[2] else [(f"[{key!r}]", before[key], after[key]) for key in before]
    return None


@cache
def _field_names(kind: type) -> Sequence[tuple[str, str]]:
    return [(f".{field.name}", field.name) for field in fields(kind)] if is_dataclass(kind) else ()


def _same_scalar(before: Any, after: Any) -> bool:
    if isinstance(before, Decimal):
        return bool(before.as_tuple() == after.as_tuple())
    if isinstance(before, datetime | time):
        return bool(before == after and before.tzinfo == after.tzinfo and before.fold == after.fold)
    if isinstance(before, float):
        return repr(before) == repr(after)
    return bool(before == after)
