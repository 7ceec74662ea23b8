"""The failures that have a name: a status, a code that scripts can test, and a sentence for people.

No detail ever repeats what the visitor sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# The database is back within its connect time-out or it is not; two seconds spare both sides a busy wait.
DATABASE_RETRY_AFTER_S: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """`retry_after` is in seconds; `where` lists the parts of the input that are wrong; `more` is what else
    programs may want to know, by name; `challenge` is the scheme by which to say who asks."""

    status: int
    code: str
    detail: str
    retry_after: int | None = None
    where: tuple[dict[str, str], ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    challenge: str | None = None


class RefusedInputError(Exception):
    """Input that is refused before anyone has looked at what it asks for."""

    def __init__(self, *, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(status=status, code=code, detail=detail)


NOT_FOUND: Final = Failure(status=404, code="not_found", detail="There is nothing here.")
NO_PRODUCT: Final = Failure(status=404, code="not_found", detail="There is no such product.")
NO_CATEGORY: Final = Failure(status=404, code="not_found", detail="There is no such category.")
NO_SALE: Final = Failure(status=404, code="not_found", detail="There is no such sale.")
BAD_CURSOR: Final = Failure(status=400, code="bad_cursor", detail="This cursor was not made by this list.")
BAD_INPUT: Final = Failure(status=400, code="bad_input", detail="The request is malformed.")
NO_LENGTH: Final = Failure(status=411, code="length_required", detail="Send the body with its Content-Length.")
TOO_LARGE: Final = Failure(status=413, code="too_large", detail="The request is larger than 1 MB.")
UNAUTHORIZED: Final = Failure(
    status=401, code="unauthorized", detail="This needs a staff API key that is in force.", challenge="Bearer"
)
FORBIDDEN: Final = Failure(status=403, code="forbidden", detail="You may not do this.")
FOREIGN_PAGE: Final = Failure(status=403, code="foreign_page", detail="A page of another site has sent this.")
SESSION_ENDED: Final = Failure(
    status=409,
    code="session_ended",
    detail="Your session ended while this request ran. It may have done its work: log in again, and look.",
)
METHOD_NOT_ALLOWED: Final = Failure(
    status=405, code="method_not_allowed", detail="This address does not take this method."
)
TOO_MANY: Final = Failure(status=429, code="rate_limited", detail="Too many of these in a short time.")
INTERNAL: Final = Failure(status=500, code="internal", detail="Something broke on our side; it has been logged.")
UNAVAILABLE: Final = Failure(
    status=503,
    code="unavailable",
    detail="The shop can't reach its database just now.",
    retry_after=DATABASE_RETRY_AFTER_S,
)
BUSY: Final = Failure(
    status=503,
    code="busy",
    detail="The shop is busy with just that. Nothing was changed: try again.",
    retry_after=DATABASE_RETRY_AFTER_S,
)
BY_STATUS: Final = {
    known.status: known for known in (BAD_INPUT, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE, INTERNAL)
}


def failure_with(status: int) -> Failure:
    """The failure of an answer that says nothing but its status."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Failure(status=status, code="error", detail=f"The request failed with status {status}.")
