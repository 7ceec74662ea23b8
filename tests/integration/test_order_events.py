"""An order's status as server-sent events: told at once, told when it changes, and never by more than a few threads."""

from collections.abc import Iterator
from typing import cast
from uuid import uuid4

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from cart.models import Order
from shop.storefront.pages import order_events
from shop.storefront.pages.order_events import AT_ONCE
from tests.goods import Goods


@pytest.fixture
def address(visitor: Client, goods: Goods) -> str:
    """The events of an order that this visitor has placed, as a guest."""
    session = visitor.session
    session["guest"] = "ann"
    session.save()
    visitor.cookies["sessionid"] = session.session_key or ""
    order = Order.objects.create(
        id=uuid4(), number=1, guest="ann", email="ann@example.org", name="Ann", address="", total=1, currency="EUR"
    )
    return f"/orders/{order.pk}/events/"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_events, "LOOK_EVERY_S", 0.001)


def opened(client: Client, address: str) -> StreamingHttpResponse:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["Cache-Control"] == "private, no-store"
    return cast("StreamingHttpResponse", answer)


def events_of(answer: StreamingHttpResponse) -> Iterator[bytes]:
    return cast("Iterator[bytes]", answer.streaming_content)


def test_the_status_comes_at_once_and_again_when_it_changes(visitor: Client, address: str) -> None:
    answer = opened(visitor, address)
    events = events_of(answer)

    assert next(events) == b"retry: 300\nevent: status\ndata: placed\n\n"
    assert next(events) == b":\n\n"
    Order.objects.update(status="packed")
    assert next(events) == b"event: status\ndata: packed\n\n"
    assert next(events) == b":\n\n"
    answer.close()


def test_a_stream_ends_by_itself(visitor: Client, address: str) -> None:
    answer = opened(visitor, address)

    assert len(list(events_of(answer))) == 1 + order_events.LOOKS


def test_whoever_comes_when_all_places_are_taken_is_told_once_and_when_to_come_again(
    visitor: Client, address: str
) -> None:
    taken = [opened(visitor, address) for _ in range(AT_ONCE)]

    answer = visitor.get(address)

    assert not answer.streaming
    assert answer.content == b"retry: 3000\nevent: status\ndata: placed\n\n"
    for one in taken:
        one.close()
    again = opened(visitor, address)
    assert again.streaming
    again.close()


@pytest.mark.parametrize("how", ["never begun", "begun", "read to its end", "closed twice"])
def test_a_stream_gives_its_place_back_once_however_it_ends(visitor: Client, address: str, how: str) -> None:
    for _ in range(AT_ONCE + 1):
        answer = opened(visitor, address)
        assert answer.streaming
        if how == "begun":
            next(events_of(answer))
        elif how == "read to its end":
            list(events_of(answer))
        elif how == "closed twice":
            answer.close()
        answer.close()

    held = [opened(visitor, address) for _ in range(AT_ONCE)]
    assert not visitor.get(address).streaming
    for one in held:
        one.close()


def test_a_stream_of_an_order_that_is_gone_ends(visitor: Client, address: str) -> None:
    answer = opened(visitor, address)
    events = events_of(answer)
    next(events)

    Order.objects.all().delete()

    assert list(events) == []
    answer.close()


def test_asking_only_for_the_headers_takes_no_place(visitor: Client, address: str) -> None:
    for _ in range(AT_ONCE + 1):
        assert not visitor.head(address).streaming
    answer = opened(visitor, address)
    assert answer.streaming
    answer.close()
