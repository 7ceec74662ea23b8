"""Asks the limiter before each view whose address has a limit, and tells the outcome in the answer's headers.

It stands behind the session's middleware, and asks when the address is known and before the form's token is looked at.
A refusal is answered by `handler429` of the address table, beside Django's own handlers.

Invariant: a refused call reaches no view. Proved by tests/integration/test_rate_limits.py.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_resolver, get_urlconf

from shop.visitors.rate_limits.headers import tell
from shop.visitors.rate_limits.limiter import Decision
from shop.visitors.rate_limits.registry import RATE_LIMITS
from shop.visitors.rate_limits.routes import rate_limit_of
from shop.visitors.rate_limits.subject import subject_of

_DECISION: Final = "larder_rate_limit"


class RateLimitedError(Exception):
    """Somebody has called too often. `retry_after` is in whole seconds, at least 1."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"Too many of these in a short time: try again in {retry_after} s.")
        self.retry_after = retry_after


class RateLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.RATE_LIMITS:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        decision: Decision | None = vars(request).get(_DECISION)
        if decision is not None:
            tell(response, decision)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        policy = rate_limit_of(method=request.method or "", route=match.route if match else "")
        if policy is None:
            return None
        subject = subject_of(request=request, whom=policy.whom)
        decision = RATE_LIMITS.limiter().check(policy=policy, subject=subject)
        vars(request)[_DECISION] = decision
        return None if decision.let_through else _refusal(request, decision)


def _refusal(request: HttpRequest, decision: Decision) -> HttpResponse:
    error = RateLimitedError(retry_after=decision.more_in_s)
    handler: Callable[..., HttpResponse] = get_resolver(get_urlconf()).resolve_error_handler(429)
    return handler(request, exception=error)
