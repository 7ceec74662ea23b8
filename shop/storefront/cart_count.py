"""The number beside the header's cart, in a cookie that scripts can read.

So no page asks a cache for it, and every page of the shop is the same for everybody. Whoever writes to the cart sets
it, and the cart's own page puts it right. Proved by tests/integration/test_pages_cart.py.
"""

from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COUNT_COOKIE: Final = "cart_count"
Answer = TypeVar("Answer", bound=HttpResponseBase)


def tell_count(request: HttpRequest, answer: Answer, count: int) -> Answer:
    """The answer, which brings this number of pieces if the browser has another."""
    if count == 0:
        return forget_count(request, answer)
    if request.COOKIES.get(COUNT_COOKIE) != str(count):
        answer.set_cookie(
            COUNT_COOKIE,
            str(count),
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return answer


def forget_count(request: HttpRequest, answer: Answer) -> Answer:
    """The answer, after which the browser knows of no cart."""
    if COUNT_COOKIE in request.COOKIES:
        answer.delete_cookie(COUNT_COOKIE, samesite="Lax")
    return answer
