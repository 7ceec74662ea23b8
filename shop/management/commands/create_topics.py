"""manage.py create_topics: make the topics that are missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop.events.topics import transport
from shop.events.transport import TransportError


class Command(BaseCommand):
    help = "Makes the topics of the shop's events; KAFKA_PARTITIONS and KAFKA_REPLICATION say how. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            transport().make_topics()
            for topic, shape in sorted(transport().describe().items()):
                self.stdout.write(f"{topic}: {shape.partitions} partitions, each on {shape.replication} brokers")
        except TransportError as error:
            servers = settings.KAFKA_BOOTSTRAP_SERVERS
            raise CommandError(f"No broker at {servers} made the topics: {error}") from error
