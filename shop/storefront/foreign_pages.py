"""Refuses what a page of another site makes a visitor's browser send: it changes nothing here, and counts for nobody.

A foreign page can have its visitors post to any address of ours, with a body that CSRF tokens and `application/json`
refuse, and they do. But a refusal comes after the rate limit has counted: ten posts to the login a minute, and nobody
behind the visitor's address can log in. So what the browser itself calls foreign goes no further than this.

    Sec-Fetch-Site: cross-site              foreign; browsers send it to https, and to their own machine
    ... same-origin, same-site, none        not foreign
    no such header, and an Origin           foreign, unless it names this host
    neither                                 not foreign: a program, which is counted

An origin of CSRF_TRUSTED_ORIGINS is never foreign. Whoever forges these headers is a program, and gains nothing by
it: without them it is counted.

Invariant: it reads headers alone, and stands before the session. Proved by tests/integration/test_foreign_pages.py.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import is_same_domain

from shop.storefront.answers import failure_answer
from shop.storefront.failure import FOREIGN_PAGE

READING: Final = ("GET", "HEAD", "OPTIONS", "TRACE")

Answer = Callable[[HttpRequest], HttpResponseBase]


def refuse_foreign_pages(get_response: Answer) -> Answer:
    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method not in READING and is_from_a_foreign_page(request):
            return failure_answer(request, FOREIGN_PAGE)
        return get_response(request)

    return answer


def is_from_a_foreign_page(request: HttpRequest) -> bool:
    """As far as the browser says."""
    origin, site = request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", "")
    if _is_trusted(origin):
        return False
    if site:
        return site == "cross-site"
    # Of the scheme a shop behind a proxy knows nothing for certain. An origin that is "null" is nobody's.
    return bool(origin) and origin.partition("://")[2] != request.get_host()


def _is_trusted(origin: str) -> bool:
    scheme, _, host = origin.partition("://")
    trusted = (one.partition("://") for one in settings.CSRF_TRUSTED_ORIGINS)
    return any(scheme == its and is_same_domain(host, name.removeprefix("*")) for its, _, name in trusted)
