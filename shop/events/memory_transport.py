"""The transport in this process's memory: a real fake, which passes the contract of the one on Kafka."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

from shop.events.transport import Message, Publisher, Received, Subscriber, TransportError


class MemoryBroker:
    """What the broker holds: per topic the partitions, per group who reads which, and up to where it has committed."""

    def __init__(self, *, partitions: int = 3) -> None:
        self.partitions = partitions
        self.available = True
        self.changed = threading.Condition()
        self._messages: dict[str, list[list[Message]]] = {}
        self._committed: dict[tuple[str, str], list[int]] = {}
        self._members: dict[tuple[str, str], list[MemorySubscriber]] = defaultdict(list)

    def forget(self) -> None:
        """As a broker does that keeps nothing and is started again."""
        with self.changed:
            self._messages.clear()
            self._committed.clear()
            self._members.clear()

    def make(self, topic: str) -> None:
        with self._at_work():
            self._messages.setdefault(topic, [[] for _ in range(self.partitions)])

    def take(self, topic: str, messages: Sequence[Message]) -> None:
        with self._at_work():
            for message in messages:
                self._of(topic)[crc32(message.key) % self.partitions].append(message)
            self.changed.notify_all()

    def join(self, topic: str, group: str, member: "MemorySubscriber") -> None:
        with self._at_work():
            self._members[topic, group].append(member)
            self._committed.setdefault((topic, group), [0] * self.partitions)
            self._rebalance(topic, group)

    def leave(self, topic: str, group: str, member: "MemorySubscriber") -> None:
        with self.changed:
            if member in self._members[topic, group]:
                self._members[topic, group].remove(member)
                self._rebalance(topic, group)

    def read(self, topic: str, group: str, member: "MemorySubscriber", most: int) -> list[Received]:
        with self._at_work():
            self._check(topic, group, member)
            received: list[Received] = []
            for partition, position in member.positions.items():
                found = self._of(topic)[partition][position : position + most - len(received)]
                received += [Received(message, partition, position + at) for at, message in enumerate(found)]
                member.positions[partition] += len(found)
            return received

    def commit(self, topic: str, group: str, member: "MemorySubscriber", received: Sequence[Received]) -> None:
        with self._at_work():
            self._check(topic, group, member)
            committed = self._committed[topic, group]
            for one in received:
                if one.partition in member.positions:
                    committed[one.partition] = max(committed[one.partition], one.offset + 1)

    def lag(self, topic: str, member: "MemorySubscriber") -> int:
        with self._at_work():
            return sum(len(self._of(topic)[at]) - position for at, position in member.positions.items())

    def _at_work(self) -> threading.Condition:
        if not self.available:
            raise TransportError("the broker is away")
        return self.changed

    def _check(self, topic: str, group: str, member: "MemorySubscriber") -> None:
        if member not in self._members[topic, group]:
            raise TransportError("the broker does not know this member")

    def _of(self, topic: str) -> list[list[Message]]:
        if topic not in self._messages:
            raise TransportError(f"there is no topic {topic}")
        return self._messages[topic]

    def _rebalance(self, topic: str, group: str) -> None:
        """Everyone begins again where the group has committed."""
        members = self._members[topic, group]
        for number, member in enumerate(members):
            mine = range(number, self.partitions, len(members))
            member.positions = {partition: self._committed[topic, group][partition] for partition in mine}


class MemoryPublisher:
    def __init__(self, broker: MemoryBroker, topic: str) -> None:
        self._broker = broker
        self._topic = topic

    def publish(self, messages: Sequence[Message]) -> None:
        self._broker.take(self._topic, messages)

    def close(self) -> None:
        """Nothing is open."""


class MemorySubscriber:
    def __init__(self, broker: MemoryBroker, topic: str, group: str) -> None:
        self.positions: dict[int, int] = {}
        self._broker = broker
        self._topic = topic
        self._group = group
        broker.join(topic, group, self)

    def poll(self, *, timeout_s: float, most: int) -> Sequence[Received]:
        received = self._broker.read(self._topic, self._group, self, most)
        if not received:
            self.wait(timeout_s=timeout_s)
            received = self._broker.read(self._topic, self._group, self, most)
        return received

    def wait(self, *, timeout_s: float) -> None:
        with self._broker.changed:
            self._broker.changed.wait(timeout_s)

    def commit(self, received: Sequence[Received]) -> None:
        self._broker.commit(self._topic, self._group, self, received)

    def lag(self) -> int | None:
        return self._broker.lag(self._topic, self)

    def close(self) -> None:
        self._broker.leave(self._topic, self._group, self)


class MemoryTransport:
    def __init__(self, broker: MemoryBroker, *, topics: Sequence[str]) -> None:
        self._broker = broker
        self._topics = tuple(topics)

    def open_publisher(self, *, topic: str) -> Publisher:
        self.make_topics()
        return MemoryPublisher(self._broker, topic)

    def open_subscriber(self, *, topic: str, group: str) -> Subscriber:
        self.make_topics()
        return MemorySubscriber(self._broker, topic, group)

    def make_topics(self) -> None:
        for topic in self._topics:
            self._broker.make(topic)
