"""Turns a failure into an answer: JSON where programs call, a page where people look."""

import json

from django.http import HttpRequest, HttpResponse

from shop.storefront.failure import Failure
from shop.storefront.page_answer import page_answer

PROGRAM_PATHS = ("/api/", "/health/")
# JSON that can stand inside HTML: nothing in it opens a tag, whoever shows it wherever.
HTML_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def speaks_json(path: str) -> bool:
    return path.startswith(PROGRAM_PATHS)


def failure_answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    if speaks_json(request.path_info):
        response = json_failure(failure)
    else:
        response = page_answer(request, "failure.html", {"failure": failure}, status=failure.status)
    if failure.retry_after is not None:
        response["Retry-After"] = str(failure.retry_after)
    if failure.challenge is not None:
        response["WWW-Authenticate"] = failure.challenge
    return response


def json_failure(failure: Failure) -> HttpResponse:
    """`{"code", "detail"}`, what more there is to say, and `where` if parts of the input are to blame."""
    body: dict[str, object] = {"code": failure.code, "detail": failure.detail, **failure.more}
    if failure.where:
        body["where"] = list(failure.where)
    text = json.dumps(body, ensure_ascii=False).translate(HTML_SAFE)
    return HttpResponse(text, status=failure.status, content_type="application/json; charset=utf-8")
