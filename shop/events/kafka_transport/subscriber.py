"""A member of a group, on Kafka.

A member that does not fail may have read further than a broker that came back empty has written: it begins again at the
start. Proved by tests/contracts/test_transport_restart.py.
"""

import contextlib
import logging
from collections.abc import Sequence

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from shop.events.kafka_transport.clients import REQUEST_S, transport_errors
from shop.events.transport import Message, Received

logger = logging.getLogger(__name__)


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
        with transport_errors():
            paused = list(self._consumer.assignment())
            self._consumer.pause(*paused)
        try:
            self._waiting += self._poll(timeout_s, most=1)
        finally:
            with transport_errors():
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
            with transport_errors():
                offsets = {partition: OffsetAndMetadata(end, "", -1) for partition, end in ends.items()}
                self._consumer.commit(offsets, timeout_ms=int(REQUEST_S * 1000))

    def lag(self) -> int | None:
        """The embedded broker's end of a partition is the begin of its newest batch; a fetch that went further knows
        better. So the newest batches may count as one message each, and never as none."""
        with transport_errors():
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
        with transport_errors():
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
