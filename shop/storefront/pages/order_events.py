"""The status of an order as server-sent events: `event: status`, `data: packed`.

A stream takes one of the web server's threads for as long as it is open, so there are few, and none is long; the
browser comes again by itself. Whoever finds no free stream is told the status once, and when to ask again: the page is
then a little later, and never wrong.

Invariant: a stream that ends, breaks or was never begun gives its place back. Proved by
tests/integration/test_order_events.py and tests/failures/test_order_streams.py.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cart.orders import get_order
from cart.visitors import owner_of
from shop.storefront.answers import failure_answer
from shop.storefront.failure import NOT_FOUND
from shop.storefront.private_page import not_kept

AT_ONCE: Final = 4
LOOKS: Final = 20
LOOK_EVERY_S: Final = 0.5
# How long the browser waits before it comes again: hardly, when its time was up; a while, when all places were taken.
SOON_MS: Final = 300
LATER_MS: Final = 3000

_places = threading.BoundedSemaphore(AT_ONCE)
_never = threading.Event()


@require_safe
def order_events(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    owner = owner_of(request)

    def look() -> str | None:
        found = get_order(order_id=order_id, owner=owner)
        return None if found is None else found.status

    status = look()
    if status is None:
        return not_kept(failure_answer(request, NOT_FOUND))
    answer: HttpResponseBase
    if request.method == "GET" and _places.acquire(blocking=False):
        answer = StreamingHttpResponse(Stream(status, look), content_type="text/event-stream")
    else:
        answer = HttpResponse(_event(status, retry_ms=LATER_MS), content_type="text/event-stream")
    # A proxy that gathers answers would keep each event until the stream ends.
    answer["X-Accel-Buffering"] = "no"
    return not_kept(answer)


class Stream:
    """The first status at once, then each change, for ten seconds. Closing it, once or often, frees its place.

    A class, because a generator that was never started runs no `finally`.
    """

    def __init__(self, status: str, look: Callable[[], str | None]) -> None:
        self._events = _events(status, look)
        self._lock = threading.Lock()
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._events)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._lock:
            was_open, self._open = self._open, False
        if was_open:
            _places.release()


def _events(status: str, look: Callable[[], str | None]) -> Iterator[bytes]:
    yield _event(status, retry_ms=SOON_MS).encode()
    for _ in range(LOOKS):
        _never.wait(LOOK_EVERY_S)
        try:
            seen = look()
        except (OperationalError, InterfaceError):
            return
        if seen is None:
            return
        # A comment tells a browser nothing, and us whether it is still there.
        yield b":\n\n" if seen == status else _event(seen).encode()
        status = seen


def _event(status: str, *, retry_ms: int | None = None) -> str:
    retry = "" if retry_ms is None else f"retry: {retry_ms}\n"
    return f"{retry}event: status\ndata: {status}\n\n"
