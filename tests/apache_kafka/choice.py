"""Which kind of broker the tests run on: the embedded one, or Apache Kafka where APACHE_KAFKA_JARS names its jars."""

import os
from pathlib import Path

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from tests.apache_kafka.server import ApacheKafka

# Set by the plugin for itself and its workers: the run's broker is one that was started for it.
OWN_BROKER = "LARDER_TESTS_HAVE_THEIR_OWN_BROKER"


def make_broker(directory: Path, port: int | None = None, *, lifeline: Lifeline) -> EmbeddedKafka:
    """A broker that has not started yet."""
    if jars := os.environ.get("APACHE_KAFKA_JARS"):
        return ApacheKafka(directory, port, jars=Path(jars), lifeline=lifeline)
    return EmbeddedKafka(directory, port, lifeline=lifeline)
