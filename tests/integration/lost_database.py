"""A PostgreSQL that refuses every connection of this thread, for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

NOBODY_LISTENS = "1"


@contextmanager
def lost_database() -> Iterator[None]:
    ours = connections["default"]
    port = ours.settings_dict["PORT"]
    ours.close()
    ours.settings_dict["PORT"] = NOBODY_LISTENS
    try:
        yield
    finally:
        ours.close()
        ours.settings_dict["PORT"] = port
