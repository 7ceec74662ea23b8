"""Snapshots to JSON and back, exactly; what would not come back as it was is refused before it is stored.

msgspec reads JSON straight into the frozen dataclasses. `dumps` reads back what it wrote and compares type by type: a
cache must not turn Decimal("1.10") into 1.1, a time zone into another, or a tuple into a list.
"""

from dataclasses import fields, is_dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


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
        if difference := _difference(value, restored, self._snapshot.__name__):
            raise NotExactError(difference)
        return data

    def loads(self, data: bytes) -> T:
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise CorruptEntryError(f"{self._snapshot.__name__}: {error}") from error


def _difference(before: Any, after: Any, path: str) -> str:
    """Where the two differ, as a path with both values; "" when they are the same in every part."""
    changed = f"{path}: {before!r} would come back as {after!r}"
    if type(before) is not type(after):
        return changed
    if is_dataclass(before):
        names = [field.name for field in fields(before)]
        parts = [(f"{path}.{name}", getattr(before, name), getattr(after, name)) for name in names]
    elif isinstance(before, tuple | list):
        if len(before) != len(after):
            return changed
        parts = [(f"{path}[{index}]", *pair) for index, pair in enumerate(zip(before, after, strict=True))]
    elif isinstance(before, dict):
        if list(before) != list(after):
            return changed
        parts = [(f"{path}[{key!r}]", before[key], after[key]) for key in before]
    else:
        return "" if _same_scalar(before, after) else changed
    return next(filter(None, (_difference(old, new, where) for where, old, new in parts)), "")


def _same_scalar(before: Any, after: Any) -> bool:
    if isinstance(before, Decimal):
        return bool(before.as_tuple() == after.as_tuple())
    if isinstance(before, datetime | time):
        return bool(before == after and before.tzinfo == after.tzinfo and before.fold == after.fold)
    if isinstance(before, float):
        return repr(before) == repr(after)
    return bool(before == after)
