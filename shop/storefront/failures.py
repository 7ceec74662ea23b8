"""What an exception looks like from outside: the failure that it stands for.

One table for pages and API. What is not in it is a defect of ours: it is logged, and answered 500 without a word of it.
"""

import math
from collections.abc import Callable
from dataclasses import replace
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
from shop.storefront.failure import (
    BAD_CURSOR,
    BAD_INPUT,
    BUSY,
    FORBIDDEN,
    NO_CATEGORY,
    NO_PRODUCT,
    NO_SALE,
    NOT_FOUND,
    TOO_LARGE,
    TOO_MANY,
    UNAUTHORIZED,
    UNAVAILABLE,
    Failure,
    RefusedInputError,
    failure_with,
)
from shop.storefront.pictures.picture import NoSuchPictureError
from shop.visitors.api_key_auth import UnauthorizedError
from shop.visitors.rate_limits.middleware import RateLimitedError

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


def failure_of(error: BaseException) -> Failure | None:
    """The failure an exception stands for, or None for a defect."""
    for kinds, describe in _TABLE:
        if isinstance(error, kinds):
            return describe(error)
    return None


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
