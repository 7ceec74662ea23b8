"""What each failure looks like from outside: a status, a code that scripts can test, and a sentence for people.

One table for pages and API. What is not in it is a defect of ours: it is logged, and answered 500 without a word of it.
No detail ever repeats what the visitor sent.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError

from cart.checkout import CheckoutRefusedError, InvalidCardError
from cart.operations import CartNotFoundError
from catalog.flash_sales.turning import FlashSaleNotFoundError, FlashSaleStateError
from catalog.lists import CategoryNotFoundError
from catalog.operations import ProductNotFoundError
from catalog.search import BadCursorError
from shop.caching.load_gate import OverloadedError
from shop.events.busy import RowsBusyError
from shop.storefront.pictures.picture import NoSuchPictureError
from shop.visitors.api_key_auth import UnauthorizedError
from shop.visitors.rate_limits.middleware import RateLimitedError

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
# PostgreSQL's lock_not_available, deadlock_detected, serialization_failure, query_canceled: it is there, and gave up.
_GAVE_UP: Final = {"55P03", "40P01", "40001", "57014"}
# Its idle_in_transaction_session_timeout: this process was paused within a transaction.
_TOO_IDLE: Final = "25P03"
# Seconds that a payment takes at most, so that whoever asks again finds it settled.
PAYMENT_RETRY_AFTER_S: Final = 5
CHECKOUT_STATUS: Final = {
    "idempotency_key_missing": 400,
    "idempotency_key_invalid": 400,
    "payment_declined": 402,
    "cart_empty": 409,
    "checkout_in_progress": 409,
    "out_of_stock": 409,
    "price_changed": 409,
    "total_too_large": 409,
    "idempotency_key_reused": 422,
}
BY_STATUS: Final = {
    known.status: known for known in (BAD_INPUT, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE, INTERNAL)
}


def failure_of(error: BaseException) -> Failure | None:
    """The failure an exception stands for, or None for a defect."""
    for kinds, describe in _TABLE:
        if isinstance(error, kinds):
            return describe(error)
    return None


def failure_with(status: int) -> Failure:
    """The failure of an answer that says nothing but its status."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Failure(status=status, code="error", detail=f"The request failed with status {status}.")


def _overloaded(error: Any) -> Failure:
    return Failure(
        status=503,
        code="overloaded",
        detail="Too many people are waiting for the database just now.",
        retry_after=max(1, math.ceil(error.retry_after)),
    )


def _database(error: Any) -> Failure:
    return BUSY if getattr(error.__cause__, "sqlstate", None) in _GAVE_UP else UNAVAILABLE


def _ended(error: Any) -> Failure | None:
    return UNAVAILABLE if getattr(error.__cause__, "sqlstate", None) == _TOO_IDLE else None


def _rate_limited(error: Any) -> Failure:
    return replace(TOO_MANY, detail=str(error), retry_after=error.retry_after)


def _invalid(error: Any) -> Failure:
    fields = error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
    where = tuple(
        {"in": "body", "field": field, "problem": problem} for field, problems in fields.items() for problem in problems
    )
    detail = " ".join(f"{part['field']}: {part['problem']}" for part in where)
    return Failure(status=422, code="invalid_input", detail=detail, where=where)


def _checkout(error: Any) -> Failure:
    is_waiting = error.code == "checkout_in_progress"
    return Failure(
        status=CHECKOUT_STATUS[error.code],
        code=error.code,
        detail=str(error),
        retry_after=PAYMENT_RETRY_AFTER_S if is_waiting else None,
        more=error.more,
    )


def _card(error: Any) -> Failure:
    where = ({"in": "body", "field": f"payment.{error.field}", "problem": str(error)},)
    return Failure(status=422, code="invalid_card", detail=str(error), where=where)


Describe = Callable[[Any], Failure | None]
_TABLE: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Describe], ...]] = (
    (RefusedInputError, lambda error: error.failure),
    (OverloadedError, _overloaded),
    (RateLimitedError, _rate_limited),
    ((OperationalError, InterfaceError), _database),
    (InternalError, _ended),
    (BadCursorError, lambda error: BAD_CURSOR),
    (ProductNotFoundError, lambda error: NO_PRODUCT),
    # It was forgotten between two statements of one request; the next one makes another.
    (CartNotFoundError, lambda error: BUSY),
    (CheckoutRefusedError, _checkout),
    (InvalidCardError, _card),
    (CategoryNotFoundError, lambda error: NO_CATEGORY),
    (FlashSaleNotFoundError, lambda error: NO_SALE),
    (FlashSaleStateError, lambda error: Failure(status=409, code="sale_state", detail=str(error))),
    (RowsBusyError, lambda error: BUSY),
    (NoSuchPictureError, lambda error: NOT_FOUND),
    (Http404, lambda error: NOT_FOUND),
    (ValidationError, _invalid),
    (RequestDataTooBig, lambda error: TOO_LARGE),
    (UnauthorizedError, lambda error: UNAUTHORIZED),
    (PermissionDenied, lambda error: FORBIDDEN),
    ((SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError), lambda error: BAD_INPUT),
    (HttpError, lambda error: failure_with(error.status_code)),
)
