"""The transports that must keep the contract, each with topics and groups that no other test touches.

A group on a real broker takes 3 s to begin. So the tests of one member share a line; only those of several members have
groups of their own. Every test sends messages under a mark of its own, and looks at those alone.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import pytest

from shop.events.kafka_transport import SESSION_MS, KafkaTransport
from shop.events.memory_transport import MemoryBroker, MemoryTransport
from shop.events.transport import Message, Publisher, Received, Subscriber, Transport

PARTITIONS = 3
SOON_S = 20.0
POLL_S = 0.1


def memory(topics: Sequence[str]) -> Transport:
    return MemoryTransport(MemoryBroker(partitions=PARTITIONS), topics=topics)


def kafka(topics: Sequence[str]) -> Transport:
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    return KafkaTransport(servers=servers, topics=topics, partitions=PARTITIONS)


MAKERS: dict[str, Callable[[Sequence[str]], Transport]] = {"memory": memory, "kafka": kafka}
KINDS: Final = ["memory", pytest.param("kafka", marks=pytest.mark.kafka)]
SESSIONS_S: Final = {"memory": 0.0, "kafka": SESSION_MS / 1000}


@dataclass
class Line:
    """A transport with one topic; whoever is opened here is closed with the test."""

    make: Callable[[Sequence[str]], Transport]
    topic: str = field(default_factory=lambda: f"contract-{secrets.token_hex(6)}")
    open: list[Publisher | Subscriber] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transport = self.make((self.topic,))

    def publisher(self) -> Publisher:
        made = self.transport.open_publisher(topic=self.topic)
        self.open.append(made)
        return made

    def member(self, group: str = "readers") -> Subscriber:
        made = self.transport.open_subscriber(topic=self.topic, group=f"{self.topic}-{group}")
        self.open.append(made)
        return made

    def close(self) -> None:
        while self.open:
            self.open.pop().close()


@contextmanager
def line_on(make: Callable[[Sequence[str]], Transport]) -> Iterator[Line]:
    line = Line(make)
    try:
        yield line
    finally:
        line.close()


@dataclass(frozen=True)
class Pair:
    """A publisher, and the only member of a group, which has begun to read; missed by the broker after `session_s`."""

    publisher: Publisher
    subscriber: Subscriber
    session_s: float


@pytest.fixture(params=KINDS, scope="module")
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with line_on(MAKERS[request.param]) as line:
        made = Pair(line.publisher(), line.member(), SESSIONS_S[request.param])
        first = messages(1)
        made.publisher.publish(first)
        made.subscriber.commit(all_of(first, made.subscriber))
        yield made


@pytest.fixture(params=KINDS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    with line_on(MAKERS[request.param]) as made:
        yield made


def messages(count: int, *, keys: int = 7) -> list[Message]:
    """So many messages, numbered, over some keys, under a mark of their own."""
    mark = secrets.token_hex(6)
    return [Message(f"key-{number % keys}".encode(), f"{mark} {number}".encode()) for number in range(count)]


def all_of(sent: Sequence[Message], *members: Subscriber, most: int = 500) -> list[Received]:
    """Poll each in turn until all of these have come; what came, repetitions included."""
    wanted, received = set(sent), list[Received]()
    deadline = monotonic() + SOON_S
    while wanted - {one.message for one in received}:
        assert monotonic() < deadline, f"{len(wanted)} messages were sent, and {len(received)} came"
        for member in members:
            received += [one for one in member.poll(timeout_s=POLL_S, most=most) if one.message in wanted]
    return received


def nothing_of(sent: Sequence[Message], member: Subscriber, *, polls: int = 3) -> bool:
    """Whether none of these comes within some polls."""
    return not any(one.message in set(sent) for _ in range(polls) for one in member.poll(timeout_s=POLL_S, most=500))
