"""A broker that comes back empty: whoever has failed is replaced, and messages flow as before."""

from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import pytest

from shop.embedded.kafka import EmbeddedKafka
from shop.events.kafka_transport import KafkaTransport
from shop.events.memory_transport import MemoryBroker, MemoryTransport
from shop.events.transport import Message, Publisher, Subscriber, TransportError
from tests.contracts.transports import POLL_S, Line, all_of, line_on, messages

AGAIN_S = 30.0
REPEATED_S = 1.0


def publish_again(line: Line, publisher: Publisher, sent: list[Message]) -> Publisher:
    """As a relay does: whoever raises is closed, and another is opened. The publisher that worked."""
    deadline = monotonic() + AGAIN_S
    while True:
        assert monotonic() < deadline
        try:
            publisher.publish(sent)
        except TransportError:
            publisher.close()
            with suppress(TransportError):
                publisher = line.publisher()
        else:
            return publisher


def receive_again(line: Line, publisher: Publisher, subscriber: Subscriber, sent: list[Message]) -> set[Message]:
    """As a consumer does; and what does not come is published again, as a relay does.

    For the member may go on reading where it was, while the new broker's numbers begin at 0.
    """
    deadline, repeated = monotonic() + AGAIN_S, monotonic() + REPEATED_S
    received = set[Message]()
    while missing := [one for one in sent if one not in received]:
        assert monotonic() < deadline, f"{len(received)} came"
        try:
            received |= {one.message for one in subscriber.poll(timeout_s=POLL_S, most=500)}
        except TransportError:
            subscriber.close()
            with suppress(TransportError):
                subscriber = line.member()
        if monotonic() > repeated:
            publisher = publish_again(line, publisher, missing)
            repeated = monotonic() + REPEATED_S
    return received


def assert_goes_on(line: Line, restart: Callable[[], None]) -> None:
    before, after = messages(10), messages(30)
    publisher, subscriber = line.publisher(), line.member()
    publisher.publish(before)
    subscriber.commit(all_of(before, subscriber))

    restart()
    publisher = publish_again(line, publisher, after)
    received = receive_again(line, publisher, subscriber, after)

    assert received >= set(after)


def test_the_broker_in_memory_is_restarted_empty() -> None:
    broker = MemoryBroker()
    with line_on(lambda topics: MemoryTransport(broker, topics=topics)) as line:
        assert_goes_on(line, broker.forget)


@pytest.mark.kafka
def test_a_broker_is_killed_and_comes_back_empty(private_kafka: Callable[[], EmbeddedKafka]) -> None:
    server = private_kafka()

    def restart() -> None:
        server.kill()
        server.restart()

    with line_on(lambda topics: KafkaTransport(servers=server.url, topics=topics)) as line:
        assert_goes_on(line, restart)


def test_whoever_needs_a_broker_that_is_away_is_told_so() -> None:
    broker = MemoryBroker()
    with line_on(lambda topics: MemoryTransport(broker, topics=topics)) as line:
        publisher, subscriber = line.publisher(), line.member()
        broker.available = False

        with pytest.raises(TransportError):
            publisher.publish(messages(1))
        with pytest.raises(TransportError):
            subscriber.poll(timeout_s=0, most=1)
        with pytest.raises(TransportError):
            line.publisher()
