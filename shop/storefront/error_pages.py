"""What Django calls when it gives up on a request: handler400, 403, 404 and 500 of shop/urls.py, CSRF_FAILURE_VIEW.
handler429 is ours: the rate limits' middleware calls it."""

import sys

from django.http import HttpRequest, HttpResponse

from shop.storefront.answers import failure_answer, speaks_json
from shop.storefront.failure import BAD_INPUT, FORBIDDEN, INTERNAL, NOT_FOUND, TOO_MANY
from shop.storefront.failures import failure_of
from shop.storefront.page_answer import page_answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_answer(request, failure_of(exception) or BAD_INPUT)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_answer(request, FORBIDDEN)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, or with an old one: whoever filled it in is told how to save the text."""
    if speaks_json(request.path_info):
        return failure_answer(request, FORBIDDEN)
    return page_answer(request, "expired.html", status=FORBIDDEN.status)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_answer(request, NOT_FOUND)


def too_many_requests(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure_answer(request, failure_of(exception) or TOO_MANY)


def server_error(request: HttpRequest) -> HttpResponse:
    """Reached for defects, and when a middleware finds the database gone: that is none, and says when to return."""
    error = sys.exc_info()[1]
    return failure_answer(request, (error and failure_of(error)) or INTERNAL)
