"""manage.py consume_product_updates: bring published changes into the caches, until told to stop."""

import threading
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shop.caching.clock import SystemClock
from shop.events.consumer import Consumer
from shop.events.running import run
from shop.events.station import StationSign
from shop.events.stop import stopped_by_signals
from shop.events.tiers import empty_tiers, tell_of_changes
from shop.events.topics import dead_letters_topic, transport, updates_topic
from shop.events.witness import Witness
from shop.wiring import redis_server


class Command(BaseCommand):
    help = (
        "Invalidates the caches by what the broker has, until SIGTERM or Ctrl-C. Several share the work as one group."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        clock, stop = SystemClock(), stopped_by_signals()
        consumer = Consumer(
            open_subscriber=partial(transport().open_subscriber, topic=updates_topic(), group=settings.KAFKA_GROUP),
            open_dead_letters=partial(transport().open_publisher, topic=dead_letters_topic()),
            announce=tell_of_changes,
            clock=clock,
            stop=stop,
        )
        witness = Witness(server=redis_server(), clock=clock, empty_tiers=empty_tiers)
        watch = threading.Thread(target=witness.run, args=(stop,), name="witness", daemon=True)
        watch.start()

        def sign() -> StationSign:
            return StationSign(consumer.handled, consumer.dead_letters, consumer.ignored, consumer.lag())

        run(consumer, name="consumer", sign=sign, stop=stop, clock=clock)
        watch.join(timeout=2)
