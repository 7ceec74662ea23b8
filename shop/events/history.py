"""The history of who changed what: one row of Django's admin log a changed object, with the old and the new values.

    record_changes(user_id=7, model=Price, changes=[
        Recorded(object_id=42, name="Plum jam", fields={"amount": (Decimal("4.50"), Decimal("3.99"))}),
    ])

The rows are inserted together, in the caller's transaction: what is rolled back leaves no history. The message has the
form of Django's own, so every page that shows the log can read it: `Changed amount from “4.50” to “3.99”.`
Proved by tests/integration/test_admin_history.py.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from django.utils.text import Truncator

LONGEST_VALUE: Final = 120
LONGEST_NAME: Final = 200
ROWS_PER_STATEMENT: Final = 2000

Fields = Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One object that was changed, or added. `fields` maps each changed field's name to its old and new value."""

    object_id: int | UUID
    name: str
    fields: Fields = field(default_factory=dict)
    added: bool = False


def record_changes(*, user_id: int, model: type[Model], changes: Iterable[Recorded]) -> int:
    """Write the history of many objects of one model by few statements; returns how many were written."""
    content_type_id = ContentType.objects.get_for_model(model).pk
    now = timezone.now()
    rows = [
        LogEntry(
            action_time=now,
            user_id=user_id,
            content_type_id=content_type_id,
            object_id=str(change.object_id),
            object_repr=change.name[:LONGEST_NAME],
            action_flag=ADDITION if change.added else CHANGE,
            change_message=json.dumps([{"added": {}} if change.added else {"changed": changed(change.fields)}]),
        )
        for change in changes
    ]
    LogEntry.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)
    return len(rows)


def changed(fields: Fields) -> dict[str, Any]:
    """The part of a message that says what changed."""
    return {"fields": [f"{name} from “{shown(old)}” to “{shown(new)}”" for name, (old, new) in fields.items()]}


def shown(value: object) -> str:
    """A value as people read it, at most 120 characters of it."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case dict() | list():
            return shown(json.dumps(value, ensure_ascii=False))
    return Truncator(str(value)).chars(LONGEST_VALUE)
