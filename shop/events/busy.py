"""What to say when somebody else holds the rows that a change needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError

# PostgreSQL's lock_not_available and deadlock_detected.
_LOCKED_OUT: Final = {"55P03", "40P01"}


class RowsBusyError(Exception):
    """The rows were held by somebody else for too long; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Somebody else is changing these rows at this moment. Nothing was changed: try again.")


@contextmanager
def or_busy() -> Iterator[None]:
    """Around a whole transaction: a wait for a lock that was given up becomes a RowsBusyError."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in _LOCKED_OUT:
            raise RowsBusyError from error
        raise
