"""manage.py relay_changes: publish the change log, until told to stop. Any number may run."""

from typing import Any

from django.core.management.base import BaseCommand

from shop.caching.clock import SystemClock
from shop.events.relay import Relay
from shop.events.running import Signs, run
from shop.events.station import StationSign
from shop.events.topics import transport, updates_topic
from shop.stop import stopped_by_signals


class Command(BaseCommand):
    help = "Publishes what is written to the broker, until SIGTERM or Ctrl-C. Any number of relays may run."

    def handle(self, *args: Any, **options: Any) -> None:
        clock = SystemClock()
        relay = Relay(open_publisher=lambda: transport().open_publisher(topic=updates_topic()), clock=clock)
        signs = Signs(name="relay", sign=lambda: StationSign(relay.handled), clock=clock)
        run(relay, signs=signs, stop=stopped_by_signals())
