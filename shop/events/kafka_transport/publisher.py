"""Publishing: a batch is sent whole, and waited for."""

import contextlib
from collections.abc import Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from shop.events.kafka_transport.clients import REQUEST_S, transport_errors
from shop.events.transport import Message


class KafkaPublisher:
    def __init__(self, producer: KafkaProducer, *, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    def publish(self, messages: Sequence[Message]) -> None:
        with transport_errors():
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
