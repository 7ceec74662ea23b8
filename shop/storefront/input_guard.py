"""What is refused at the door, before any view sees it.

Invariants: no text with a NUL, and no query that is not UTF-8, comes past here (PostgreSQL stores neither); a
body of more than 1 MB is refused unread, and one of unsaid length too: Django would take it for an empty one. The
addresses of LARGE_UPLOADS take more, and their body is left to their views, which first ask who sends it.
Proved by tests/failures/test_bad_input.py.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from shop.storefront.failure import BAD_INPUT, NO_LENGTH, TOO_LARGE, Failure
from shop.storefront.failures import failure_of

NUL: Final = "\x00"
# Digits of a Content-Length that is worth reading as a number.
LONGEST_LENGTH: Final = 18
UNPARSABLE: Final = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)


def refusal_of(request: HttpRequest) -> Failure | None:
    """Why this request goes no further, or None."""
    if not _query_is_utf8(request):
        return BAD_INPUT
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length == "0" and "HTTP_TRANSFER_ENCODING" in request.META:
        return NO_LENGTH
    if not (length.isascii() and length.isdigit()):
        return BAD_INPUT
    most = settings.LARGE_UPLOADS.get(request.path_info, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if len(length) > len(str(most)) or int(length) > most:
        return TOO_LARGE
    try:
        request.get_host()
        has_nul = any(NUL in text for text in _texts(request))
    except UNPARSABLE as error:
        return failure_of(error)
    return BAD_INPUT if has_nul else None


def _query_is_utf8(request: HttpRequest) -> bool:
    # WSGI hands bytes over as Latin-1 text. Django itself takes care of the path: bytes that are no UTF-8 stay quoted.
    query = str(request.META.get("QUERY_STRING", "")).encode("latin-1", "replace")
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return True


def _texts(request: HttpRequest) -> Iterator[str]:
    """All text of a request but its JSON body, which its parser checks. A cookie can spell a NUL as \\000."""
    yield request.path_info
    yield from request.COOKIES.values()
    for fields in (request.GET,) if request.path_info in settings.LARGE_UPLOADS else (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from (str(value) for value in values)
