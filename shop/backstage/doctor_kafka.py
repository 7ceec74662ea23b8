"""Checks of the way from the change log to the caches: the broker, its topics, relay and consumer, the consumers'
witness, and what waits."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import Error

from shop.backstage.doctor import Finding, Verdict
from shop.events.backlog import COUNTED_ROWS, backlog
from shop.events.station import SILENT_AFTER, alive
from shop.events.topics import dead_letters_topic, transport, updates_topic
from shop.events.transport import TransportError

# Everybody is promised a change within a second; a relay or a consumer that was started again takes a little more.
LONGEST_WAIT_S: Final = 10.0
# A replay of ten minutes' log, after Redis was restarted, is a look that takes seconds.
LONGEST_BLINDNESS_S: Final = 10.0
STATIONS: Final = {"relay": "relay_changes", "consumer": "consume_product_updates"}
MEANWHILE: Final = "Meanwhile changes of one product show at once, but flash sales and changes by hand wait in the log."


def broker() -> Iterator[Finding]:
    """The broker and its topics; the first alone when it does not answer."""
    begun = time.perf_counter()
    try:
        shapes = transport().describe()
    except TransportError as error:
        remedy = f"Start the server, or correct KAFKA_BOOTSTRAP_SERVERS. {MEANWHILE}"
        yield Finding("Kafka", Verdict.WRONG, f"does not answer: {error}", remedy)
        return
    yield Finding("Kafka", Verdict.OK, f"answers in {(time.perf_counter() - begun) * 1000:.1f} ms")
    for topic in (updates_topic(), dead_letters_topic()):
        if topic not in shapes:
            remedy = "Run `manage.py create_topics`; a relay that starts makes it as well."
            yield Finding("topic", Verdict.WRONG, f"{topic} is not there", remedy)
            continue
        partitions, replication = shapes[topic]
        detail = f"{topic}: {partitions} partitions, each on {replication} brokers"
        if partitions >= settings.KAFKA_PARTITIONS and replication >= settings.KAFKA_REPLICATION:
            yield Finding("topic", Verdict.OK, detail)
        else:
            remedy = (
                f"Wanted: {settings.KAFKA_PARTITIONS}, on {settings.KAFKA_REPLICATION}; alter it with Kafka's tools."
            )
            yield Finding("topic", Verdict.NOTE, detail, remedy)


def events() -> Iterator[Finding]:
    """Relay, consumer and the log. The database is their witness; what ails it stands among its own findings."""
    try:
        stations = alive()
        waiting = backlog()
    except Error:
        yield Finding(
            "events", Verdict.WRONG, "nobody can tell: the database does not answer", "Mend PostgreSQL first."
        )
        return
    names = [station.name for station in stations]
    for name, command in STATIONS.items():
        yield _station(name, command, names.count(name))
    yield from _witness([station.seen_at - station.looked_at for station in stations if station.looked_at is not None])
    rows = f"{waiting.rows}{' or more' if waiting.rows >= COUNTED_ROWS else ''}"
    if waiting.rows == 0:
        yield Finding("events", Verdict.OK, "every change has reached the caches")
    elif waiting.oldest_s <= LONGEST_WAIT_S:
        yield Finding("events", Verdict.OK, f"{rows} changes on their way, the oldest for {waiting.oldest_s:.1f} s")
    else:
        detail = f"{rows} changes wait, the oldest for {waiting.oldest_s:.0f} s"
        yield Finding(
            "events", Verdict.WRONG, detail, "Mend what is wrong above; the relay's and the consumer's logs say why."
        )


def _station(name: str, command: str, count: int) -> Finding:
    if count:
        return Finding(name, Verdict.OK, f"{count} at work")
    remedy = f"Start one: `manage.py {command}`. {MEANWHILE}"
    return Finding(
        name, Verdict.WRONG, f"none has given a sign of life in {SILENT_AFTER.total_seconds():.0f} s", remedy
    )


def _witness(blind_for: Sequence[timedelta]) -> Iterator[Finding]:
    """For how long the witness of each living consumer has not seen Redis. One that sees is enough."""
    if not blind_for:
        return
    seconds = min(blind_for).total_seconds()
    if seconds <= LONGEST_BLINDNESS_S:
        yield Finding("witness", Verdict.OK, f"looked at Redis {seconds:.1f} s before the consumer's last sign")
        return
    remedy = (
        "The consumer's log says why; it must be allowed GET, SET, INFO and scripts there."
        " Meanwhile nobody notices a Redis that goes back in time."
    )
    yield Finding("witness", Verdict.WRONG, f"has not seen Redis for {seconds:.0f} s", remedy)
