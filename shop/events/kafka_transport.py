"""The transport on Kafka, or on whatever speaks its protocol. The only file here that knows kafka-python.

The producer is idempotent and waits for all in-sync replicas. A consumer commits by itself, never by the clock. Every
wait has a limit: no call takes longer than `REQUEST_S` and a little, opening included.

A broker that comes back empty knows neither the topics, nor the group, nor the producer's number. So whoever fails here
is thrown away, and opening makes the topics again. A subscriber that does not fail may have read further than the new
broker has written: it begins again at the start. Proved by tests/contracts/test_transport_restart.py.
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from shop.events.transport import Message, Publisher, Received, Subscriber, TransportError

logger = logging.getLogger(__name__)

REQUEST_S: Final = 5.0
# The embedded broker lets a group begin after half of this; a member that dies is missed after all of it.
SESSION_MS: Final = 6_000
HEARTBEAT_MS: Final = 2_000
FETCH_WAIT_MS: Final = 100
LONGEST_RECONNECT_MS: Final = 500
METADATA_AGE_MS: Final = 10_000


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
        with _transport_errors():
            return KafkaPublisher(_producer(self._servers), topic=topic)

    def open_subscriber(self, *, topic: str, group: str) -> Subscriber:
        self.make_topics()
        with _transport_errors():
            return KafkaSubscriber(_consumer(self._servers, topic=topic, group=group))

    def make_topics(self) -> None:
        with _transport_errors(), contextlib.closing(_admin(self._servers)) as admin:
            there = set(admin.list_topics())
            for topic in self._topics:
                if topic not in there:
                    _make(admin, NewTopic(topic, self._partitions, self._replication))

    def describe(self) -> dict[str, Shape]:
        """The topics that are there. Raises TransportError."""
        with _transport_errors(), contextlib.closing(_admin(self._servers)) as admin:
            there = set(admin.list_topics())
            found = admin.describe_topics([topic for topic in self._topics if topic in there])
            return {str(topic["name"]): _shape(topic["partitions"]) for topic in found}


class KafkaPublisher:
    def __init__(self, producer: KafkaProducer, *, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    def publish(self, messages: Sequence[Message]) -> None:
        with _transport_errors():
            sent = [
                self._producer.send(self._topic, value=message.value, key=message.key, headers=list(message.headers))
                for message in messages
            ]
            self._producer.flush(timeout=REQUEST_S)
            for one in sent:
                one.get(timeout=0)

    def close(self) -> None:
        with contextlib.suppress(KafkaError, OSError):
            self._producer.close(timeout=1)


class KafkaSubscriber:
    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer
        self._waiting: list[Received] = []

    def poll(self, *, timeout_s: float, most: int) -> Sequence[Received]:
        if self._waiting:
            received, self._waiting = self._waiting[:most], self._waiting[most:]
            return received
        return self._poll(timeout_s, most)

    def wait(self, *, timeout_s: float) -> None:
        """Partitions that come by a rebalance are not paused: what they bring is kept for the next poll."""
        with _transport_errors():
            paused = list(self._consumer.assignment())
            self._consumer.pause(*paused)
        try:
            self._waiting += self._poll(timeout_s, most=1)
        finally:
            with _transport_errors():
                self._consumer.resume(*(self._consumer.assignment() & set(paused)))

    def commit(self, received: Sequence[Received]) -> None:
        """Partitions that a rebalance has taken away meanwhile are left to their new owner, who gets these again."""
        assigned = self._consumer.assignment()
        ends: dict[TopicPartition, int] = {}
        for one in received:
            partition = TopicPartition(self._topic, one.partition)
            if partition in assigned:
                ends[partition] = max(ends.get(partition, 0), one.offset + 1)
        if ends:
            with _transport_errors():
                offsets = {partition: OffsetAndMetadata(end, "", -1) for partition, end in ends.items()}
                self._consumer.commit(offsets, timeout_ms=int(REQUEST_S * 1000))

    def lag(self) -> int | None:
        """The embedded broker's end of a partition is the begin of its newest batch; a fetch that went further knows
        better. So the newest batches may count as one message each, and never as none."""
        with _transport_errors():
            partitions = list(self._consumer.assignment())
            if not partitions:
                return None
            ends = self._consumer.end_offsets(partitions, timeout_ms=int(REQUEST_S * 1000))
            positions = {one: self._consumer.position(one, timeout_ms=1000) or 0 for one in partitions}
            known = {one: max(int(ends[one]), self._consumer.highwater(one) or 0) for one in partitions}
            return sum(max(0, known[one] - position) for one, position in positions.items())

    def close(self) -> None:
        with contextlib.suppress(KafkaError, OSError):
            self._consumer.close(autocommit=False, timeout_ms=1000)

    @property
    def _topic(self) -> str:
        (topic,) = self._consumer.subscription()
        return str(topic)

    def _poll(self, timeout_s: float, most: int) -> list[Received]:
        with _transport_errors():
            batches = self._consumer.poll(timeout_ms=int(timeout_s * 1000), max_records=most)
            if not batches:
                self._begin_again_where_forgotten()
        return [
            Received(Message(record.key, record.value, tuple(record.headers)), partition.partition, record.offset)
            for partition, records in batches.items()
            for record in records
        ]

    def _begin_again_where_forgotten(self) -> None:
        """1. A member has read up to 1,000; 2. the broker comes back empty, and is asked for what follows 1,000; 3. the
        embedded one does not call that a mistake: it has nothing, until it has taken 1,000 messages anew."""
        for partition in self._consumer.assignment():
            end = self._consumer.highwater(partition)
            if end is not None and (self._consumer.position(partition, timeout_ms=1000) or 0) > end:
                logger.warning("the broker has forgotten partition %d", partition.partition)
                self._consumer.seek_to_beginning(partition)


def _producer(servers: list[str]) -> KafkaProducer:
    return KafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        batch_size=256 * 1024,
        max_block_ms=int(REQUEST_S * 1000),
        delivery_timeout_ms=int(REQUEST_S * 1000),
        request_timeout_ms=int(REQUEST_S * 1000) - 1000,
        allow_auto_create_topics=False,
        **_COMMON,
    )


def _consumer(servers: list[str], *, topic: str, group: str) -> KafkaConsumer:
    return KafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        request_timeout_ms=int(REQUEST_S * 1000),
        allow_auto_create_topics=False,
        **_COMMON,
    )


def _admin(servers: list[str]) -> KafkaAdminClient:
    return KafkaAdminClient(
        bootstrap_servers=servers,
        request_timeout_ms=int(REQUEST_S * 1000),
        bootstrap_timeout_ms=int(REQUEST_S * 1000),
        reconnect_backoff_max_ms=LONGEST_RECONNECT_MS,
    )


_COMMON: Final[dict[str, Any]] = {
    "bootstrap_timeout_ms": int(REQUEST_S * 1000),
    "reconnect_backoff_max_ms": LONGEST_RECONNECT_MS,
    "metadata_max_age_ms": METADATA_AGE_MS,
    "metrics_enabled": False,
}


def _make(admin: KafkaAdminClient, topic: NewTopic) -> None:
    """Two that start at once may both find it missing."""
    with contextlib.suppress(TopicAlreadyExistsError):
        admin.create_topics([topic], timeout_ms=int(REQUEST_S * 1000))


def _shape(partitions: Sequence[Mapping[str, Any]]) -> Shape:
    return Shape(len(partitions), min(len(one["replica_nodes"]) for one in partitions))


@contextlib.contextmanager
def _transport_errors() -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise TransportError(f"{type(error).__name__}: {error}") from error
