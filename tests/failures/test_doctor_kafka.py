"""`manage.py doctor` on the way from the change log to the caches: what is well, and each thing that may be ill."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from shop.backstage.doctor import Finding, Verdict
from shop.backstage.doctor_environment import kafka_source
from shop.backstage.doctor_kafka import broker, events
from shop.embedded.kafka import EmbeddedKafka
from shop.events.models import Change
from shop.events.station import StationSign, tell
from shop.events.topics import dead_letters_topic, transport, updates_topic
from tests.failures.web import until

SOON_S = 10.0
Kafkas = Callable[[], EmbeddedKafka]


@pytest.fixture
def kafka(private_kafka: Kafkas, settings: Settings) -> EmbeddedKafka:
    server = private_kafka()
    settings.KAFKA_BOOTSTRAP_SERVERS = server.url
    return server


@pytest.fixture
def log_without_work(db: None) -> None:
    """What the migrations wrote is no test's matter."""
    Change.objects.update(applied_at=timezone.now())


def make_topics() -> None:
    """A cluster makes them, and tells of them a little later."""
    transport().make_topics()
    until(lambda: {updates_topic(), dead_letters_topic()} <= transport().describe().keys(), within=SOON_S)


def verdicts(findings: list[Finding]) -> list[tuple[str, Verdict]]:
    return [(finding.check, finding.verdict) for finding in findings]


def change_waits(*, seconds: float) -> None:
    written = timezone.now() - timedelta(seconds=seconds)
    Change.objects.create(transaction=1, entity="price", operation="changed", ids=[1], versions=[1], written_at=written)


@pytest.mark.kafka
def test_a_broker_with_its_topics_is_well(kafka: EmbeddedKafka) -> None:
    make_topics()

    findings = list(broker())

    assert verdicts(findings) == [("Kafka", Verdict.OK), ("topic", Verdict.OK), ("topic", Verdict.OK)]
    assert findings[1].detail.endswith("product-updates: 3 partitions, each on 1 brokers")
    assert findings[2].detail.endswith("product-updates.dlq: 3 partitions, each on 1 brokers")


@pytest.mark.kafka
def test_topics_that_are_not_there_are_wrong(kafka: EmbeddedKafka) -> None:
    findings = list(broker())

    assert verdicts(findings) == [("Kafka", Verdict.OK), ("topic", Verdict.WRONG), ("topic", Verdict.WRONG)]
    assert "manage.py create_topics" in findings[1].remedy


@pytest.mark.kafka
def test_fewer_partitions_than_wanted_are_worth_a_note(kafka: EmbeddedKafka, settings: Settings) -> None:
    make_topics()
    settings.KAFKA_PARTITIONS = 6

    findings = list(broker())

    assert verdicts(findings)[1] == ("topic", Verdict.NOTE)
    assert "Wanted: 6" in findings[1].remedy


@pytest.mark.kafka
def test_a_broker_that_is_away_is_the_only_finding(kafka: EmbeddedKafka) -> None:
    kafka.kill()

    (finding,) = broker()

    assert finding.verdict is Verdict.WRONG
    assert finding.detail.startswith("does not answer")
    assert "KAFKA_BOOTSTRAP_SERVERS" in finding.remedy


def test_a_broker_that_nobody_named_is_wrong(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"

    (finding,) = kafka_source()

    assert finding.verdict is Verdict.WRONG
    assert "make demo" in finding.remedy


@pytest.mark.usefixtures("log_without_work")
def test_a_relay_and_a_consumer_that_give_signs_of_life_are_well() -> None:
    for name in ("relay", "consumer"):
        tell(name=name, instance="host:1", sign=StationSign(handled=0))

    assert verdicts(list(events())) == [("relay", Verdict.OK), ("consumer", Verdict.OK), ("events", Verdict.OK)]


@pytest.mark.usefixtures("log_without_work")
def test_a_consumer_that_is_silent_is_wrong() -> None:
    for name in ("relay", "consumer"):
        tell(name=name, instance="host:1", sign=StationSign(handled=0))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_station SET seen_at = seen_at - interval '6 s' WHERE name = 'consumer'")

    relay, consumer, _ = events()

    assert relay.verdict is Verdict.OK
    assert consumer.verdict is Verdict.WRONG
    assert "manage.py consume_product_updates" in consumer.remedy


@pytest.mark.usefixtures("log_without_work")
@pytest.mark.parametrize(
    ("blind_s", "verdict"), [((0.2,), Verdict.OK), ((60.0, 0.2), Verdict.OK), ((60.0, 90.0), Verdict.WRONG)], ids=str
)
def test_consumers_whose_witnesses_all_see_nothing_are_wrong(blind_s: tuple[float, ...], verdict: Verdict) -> None:
    tell(name="relay", instance="host:0", sign=StationSign(handled=0))
    for number, seconds in enumerate(blind_s, start=1):
        tell(name="consumer", instance=f"host:{number}", sign=StationSign(handled=0, blind_s=seconds))

    *_, witness, _ = events()

    assert (witness.check, witness.verdict) == ("witness", verdict)
    assert ("has not seen Redis for 60 s" in witness.detail) is (verdict is Verdict.WRONG)


@pytest.mark.usefixtures("log_without_work")
@pytest.mark.parametrize(("seconds", "verdict"), [(2, Verdict.OK), (60, Verdict.WRONG)])
def test_what_has_waited_for_too_long_is_wrong(seconds: float, verdict: Verdict) -> None:
    change_waits(seconds=seconds)

    *_, waiting = events()

    assert waiting.verdict is verdict
    assert waiting.detail.startswith("1 change")


def test_a_database_that_is_away_is_said_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("shop.backstage.doctor_kafka.backlog", refused)
    monkeypatch.setattr("shop.backstage.doctor_kafka.alive", list)

    (finding,) = events()

    assert finding.verdict is Verdict.WRONG
    assert "the database does not answer" in finding.detail
