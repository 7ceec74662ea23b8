"""Refuses malformed requests at the door, and explains whatever fails behind it.

Every failure leaves here in the shape that its address promises: `{"code", "detail"}` under /api/ and /health/, a page
elsewhere, in DEBUG too. The admin explains itself to its staff, except that it shares the refusals.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shop.storefront.answers import failure_answer, speaks_json
from shop.storefront.failure import METHOD_NOT_ALLOWED, NOT_FOUND, Failure, failure_with
from shop.storefront.failures import failure_of
from shop.storefront.input_guard import refusal_of

KEPT_HEADERS: Final = ("Allow", "RateLimit", "RateLimit-Policy", "Retry-After")


class BadInputMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (refusal := refusal_of(request)) is not None:
            return failure_answer(request, refusal)
        response = self._answer(request)
        if (unexplained := _unexplained(request, response)) is None:
            return response
        explained = failure_answer(request, unexplained)
        for header in KEPT_HEADERS:
            if header in response:
                explained[header] = response[header]
        return explained

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The API's router knows no HEAD: it answers as to a GET, and the server leaves the body out."""
        if request.method != "HEAD" or not speaks_json(request.path_info):
            return self._get_response(request)
        request.method = "GET"
        response = self._get_response(request)
        request.method = "HEAD"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Explain what a view raised; None leaves a defect to Django, which logs it and answers 500."""
        failure = failure_of(error)
        return None if failure is None else failure_answer(request, failure)


def bad_input(get_response: Callable[[HttpRequest], HttpResponseBase]) -> BadInputMiddleware:
    return BadInputMiddleware(get_response)


def _unexplained(request: HttpRequest, response: HttpResponseBase) -> Failure | None:
    """The failure of an answer that is not yet in its promised shape."""
    if response.status_code < 400:
        return None
    if speaks_json(request.path_info):
        is_json = response.get("Content-Type", "").startswith("application/json")
        return None if is_json else failure_with(response.status_code)
    if response.status_code == 404 and request.resolver_match is None:
        return NOT_FOUND
    if response.status_code == 405:
        return METHOD_NOT_ALLOWED
    return None
