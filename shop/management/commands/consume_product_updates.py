"""manage.py consume_product_updates: bring published changes into the caches, until told to stop."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop.caching.clock import SystemClock
from shop.events.companion import Companion
from shop.events.consumer import Consumer
from shop.events.running import Signs, run
from shop.events.station import StationSign
from shop.events.tiers import empty_tiers, tell_of_changes
from shop.events.topics import dead_letters_topic, transport, updates_topic
from shop.events.witness import Witness
from shop.stop import stopped_by_signals
from shop.wiring import redis_server


class Command(BaseCommand):
    help = (
        "Invalidates the caches by what the broker has, until SIGTERM or Ctrl-C. Several share the work as one group."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        clock, stop = SystemClock(), stopped_by_signals()
        witness = Witness(server=redis_server(), clock=clock, empty_tiers=empty_tiers)
        watch = Companion(witness.run, name="witness", stop=stop)

        def sign() -> StationSign:
            return StationSign(
                consumer.handled, consumer.dead_letters, consumer.ignored, consumer.lag(), witness.blind_s()
            )

        signs = Signs(name="consumer", sign=sign, clock=clock)
        consumer = Consumer(
            open_subscriber=partial(transport().open_subscriber, topic=updates_topic(), group=settings.KAFKA_GROUP),
            open_dead_letters=partial(transport().open_publisher, topic=dead_letters_topic()),
            announce=tell_of_changes,
            meanwhile=signs.give_if_due,
            clock=clock,
            stop=stop,
        )
        watch.start()
        run(consumer, signs=signs, stop=stop)
        watch.join(timeout_s=2)
        if watch.failed:
            raise CommandError("The witness has ended by an error of its own; the consumer does not go on without it.")
