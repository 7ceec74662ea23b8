"""The API takes JSON alone, and only JSON that PostgreSQL can store.

That it takes nothing else is what makes it safe without CSRF tokens: a foreign page can't send `application/json` with
our cookies unless the browser asks us first. It asks before every DELETE too, so one without a body may say nothing; so
may a beacon, for which a cookie makes no difference.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from shop.storefront.answers import HTML_SAFE, failure_answer
from shop.storefront.failure import Failure, RefusedInputError

READING: Final = ("GET", "HEAD", "OPTIONS")
BEACON: Final = re.compile(r"/api/products/[0-9]+/views")
NOT_JSON: Final = Failure(status=415, code="unsupported_media_type", detail="Send application/json.")

# A NUL, which PostgreSQL does not store, and half a surrogate pair, which is not UTF-8: both hide in JSON's escapes.
UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")

View = Callable[..., HttpResponseBase]


def json_only(view: View) -> View:
    """Refuse a body that does not say that it is JSON; one of no length says nothing, which DELETE and beacons may."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may_be_silent = request.method == "DELETE" or BEACON.fullmatch(request.path_info)
        silent = may_be_silent and not request.content_type
        if request.method not in READING and not silent and request.content_type != "application/json":
            return failure_answer(request, NOT_JSON)
        return view(request, *args, **kwargs)

    return checked


class StrictParser(Parser):
    """Takes UTF-8 JSON without NaN, NULs and lone surrogates. Ninja hands on what it raises as an HttpError's cause."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            parsed = json.loads(request.body.decode(), parse_constant=_no_constants)
            storable = all(not UNSTORABLE.search(text) for text in _texts(parsed))
        except (ValueError, RecursionError) as error:
            raise RefusedInputError(status=400, code="invalid_json", detail="The body is not JSON in UTF-8.") from error
        if not storable:
            raise RefusedInputError(status=400, code="bad_input", detail="The body has text that can't be stored.")
        return parsed


class HtmlSafeRenderer(JSONRenderer):
    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=self.encoder_class, ensure_ascii=False).translate(HTML_SAFE)


def _texts(parsed: Any) -> Iterator[str]:
    if isinstance(parsed, str):
        yield parsed
    elif isinstance(parsed, list | dict):
        for part in (*parsed, *parsed.values()) if isinstance(parsed, dict) else parsed:
            yield from _texts(part)


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
