"""The embedded broker, started for real, in a directory whose name has a space.

Its clients are made here: what the shop does with a broker is proved beside shop/events/.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaTimeoutError

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.process import identify, is_alive
from shop.embedded.server import ServerFailedError

Kafkas = Callable[[], EmbeddedKafka]


def topics(server: EmbeddedKafka) -> set[str]:
    with KafkaAdminClient(bootstrap_servers=server.url) as admin:
        return set(admin.list_topics())


def make_topic(server: EmbeddedKafka) -> None:
    with KafkaAdminClient(bootstrap_servers=server.url) as admin:
        admin.create_topics([NewTopic("kept", num_partitions=3, replication_factor=1)])


def test_what_is_sent_is_read_in_order(private_kafka: Kafkas) -> None:
    server = private_kafka()
    make_topic(server)
    producer = KafkaProducer(bootstrap_servers=server.url, acks="all", enable_idempotence=True)
    for number in range(100):
        producer.send("kept", b"%d" % number, partition=1)
    producer.flush(timeout=10)
    producer.close()

    consumer = KafkaConsumer(bootstrap_servers=server.url, consumer_timeout_ms=10_000, auto_offset_reset="earliest")
    consumer.assign([TopicPartition("kept", 1)])
    read = [int(next(consumer).value) for _ in range(100)]
    consumer.close()

    assert read == list(range(100))


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_it_keeps_its_port_over_a_restart_and_forgets_all_it_took(private_kafka: Kafkas, stop: str) -> None:
    server = private_kafka()
    make_topic(server)
    assert "kept" in topics(server)
    url, first_pid = server.url, server.pid

    getattr(server, stop)()
    assert server.pid is None
    server.restart()

    assert server.url == url
    assert server.pid not in {None, first_pid}
    assert "kept" not in topics(server)


def test_a_paused_broker_is_silent_and_takes_what_waited_after_it_resumes(private_kafka: Kafkas) -> None:
    server = private_kafka()
    make_topic(server)
    producer = KafkaProducer(bootstrap_servers=server.url)
    producer.send("kept", b"before", partition=0).get(timeout=10)

    server.pause()
    sent = producer.send("kept", b"during", partition=0)
    with pytest.raises(KafkaTimeoutError):
        sent.get(timeout=0.2)
    assert not server.answers()
    server.resume()

    assert sent.get(timeout=10).offset == 1
    producer.close()


def test_it_ends_what_an_earlier_start_left_in_its_directory(private_kafka: Kafkas) -> None:
    forgotten = private_kafka()
    left_running = identify(pid=forgotten.pid or 0)
    assert left_running is not None

    successor = EmbeddedKafka(forgotten.directory)
    successor.start()
    successor.wait_until_ready()

    assert not is_alive(left_running)
    assert successor.pid is not None
    successor.stop()


def test_it_does_not_take_another_brokers_answer_for_its_own(tmp_path: Path, private_kafka: Kafkas) -> None:
    server = EmbeddedKafka(tmp_path / "second")
    server.port = private_kafka().port
    server.start()

    assert not server.answers()
    with pytest.raises(ServerFailedError, match="Address in use"):
        server.wait_until_ready()


def test_it_writes_nothing_outside_its_directory_and_goes_with_it(tmp_path: Path, lifeline: Lifeline) -> None:
    server = EmbeddedKafka(tmp_path / "some dir", lifeline=lifeline)
    server.start()
    server.wait_until_ready()
    make_topic(server)

    written = {path.name for path in server.directory.iterdir()}
    server.remove()

    assert written == {"cluster-id", "kafka.log"}
    assert list(tmp_path.iterdir()) == []
