"""The transport on Kafka, or on whatever speaks its protocol. The only package here that knows kafka-python.

    clients      the settings of producer, consumer and admin
    publisher    a batch is sent whole, and waited for
    subscriber   a member of a group

A broker that comes back empty knows neither the topics, nor the group, nor the producer's number. So whoever fails here
is thrown away, and opening makes the topics again.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from shop.events.kafka_transport.clients import REQUEST_S, SESSION_MS, admin, consumer, producer, transport_errors
from shop.events.kafka_transport.publisher import KafkaPublisher
from shop.events.kafka_transport.subscriber import KafkaSubscriber
from shop.events.transport import Publisher, Subscriber

__all__ = ["SESSION_MS", "KafkaTransport", "Shape"]


class Shape(NamedTuple):
    """How many partitions a topic has, and on how many brokers each of them is kept at least."""

    partitions: int
    replication: int


class KafkaTransport:
    """`servers` is "host:port,host:port"; `topics` are all that may be opened, with so many partitions and copies."""

    def __init__(self, *, servers: str, topics: Sequence[str], partitions: int = 3, replication: int = 1) -> None:
        self._servers = [server.strip() for server in servers.split(",")]
        self._topics = tuple(topics)
        self._partitions = partitions
        self._replication = replication

    def open_publisher(self, *, topic: str) -> Publisher:
        self.make_topics()
        with transport_errors():
            return KafkaPublisher(producer(self._servers), topic=topic)

    def open_subscriber(self, *, topic: str, group: str) -> Subscriber:
        self.make_topics()
        with transport_errors():
            return KafkaSubscriber(consumer(self._servers, topic=topic, group=group))

    def make_topics(self) -> None:
        with transport_errors(), contextlib.closing(admin(self._servers)) as asked:
            there = set(asked.list_topics())
            for topic in self._topics:
                if topic not in there:
                    _make(asked, NewTopic(topic, self._partitions, self._replication))

    def describe(self) -> dict[str, Shape]:
        """The topics that are there. Raises TransportError."""
        with transport_errors(), contextlib.closing(admin(self._servers)) as asked:
            there = set(asked.list_topics())
            found = asked.describe_topics([topic for topic in self._topics if topic in there])
            return {str(topic["name"]): _shape(topic["partitions"]) for topic in found}


def _make(admin: KafkaAdminClient, topic: NewTopic) -> None:
    """Two that start at once may both find it missing."""
    with contextlib.suppress(TopicAlreadyExistsError):
        admin.create_topics([topic], timeout_ms=int(REQUEST_S * 1000))


def _shape(partitions: Sequence[Mapping[str, Any]]) -> Shape:
    return Shape(len(partitions), min(len(one["replica_nodes"]) for one in partitions))
