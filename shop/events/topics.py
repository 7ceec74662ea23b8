"""Which topics there are, and the transport that the settings name.

product-updates       each change of the log, keyed by its number
product-updates.dlq   what no consumer could read, with the reason in its headers
"""

from django.conf import settings

from shop.events.kafka_transport import KafkaTransport


def updates_topic() -> str:
    return str(settings.KAFKA_TOPIC)


def dead_letters_topic() -> str:
    return f"{settings.KAFKA_TOPIC}.dlq"


def transport() -> KafkaTransport:
    """Connects when something is opened."""
    return KafkaTransport(
        servers=settings.KAFKA_BOOTSTRAP_SERVERS,
        topics=(updates_topic(), dead_letters_topic()),
        partitions=settings.KAFKA_PARTITIONS,
        replication=settings.KAFKA_REPLICATION,
    )
