"""Django's sessions, and what is answered when one ends while its request runs.

1. A request reads its session; 2. the session ends: a logout elsewhere, another password; 3. the request wants to save
something in it. Nothing is saved, which Django calls a malformed request. It was none: it is told what happened.

Proved by tests/integration/test_session_store.py.
"""

from django.contrib.sessions import middleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shop.storefront.answers import failure_answer
from shop.storefront.failure import SESSION_ENDED


class SessionMiddleware(middleware.SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # type: ignore[override]
        try:
            return super().process_response(request, response)  # type: ignore[arg-type]
        except SessionInterrupted:
            return failure_answer(request, SESSION_ENDED)
