"""A machine on which docker-compose.yml runs without an engine, with servers of its own."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.ports import free_port
from tests.compose import stand_ins
from tests.compose.compose_file import NEEDED, loaded
from tests.compose.dockerfile import lay_out
from tests.compose.native_kafka import ComposedKafka
from tests.compose.native_servers import ComposedPostgres, ComposedValkey
from tests.compose.native_shop import Machine

SERVICES = loaded(**NEEDED, SEED_PRODUCTS="40")["services"]


@pytest.fixture
def postgres(tmp_path: Path, lifeline: Lifeline) -> Iterator[ComposedPostgres]:
    server = ComposedPostgres(tmp_path / "postgres", service=SERVICES["postgres"], lifeline=lifeline)
    lifeline.guard_path(server.home)
    try:
        server.start()
        server.wait_until_ready()
        yield server
    finally:
        server.remove()


@pytest.fixture
def valkey(tmp_path: Path, lifeline: Lifeline) -> Iterator[ComposedValkey]:
    server = ComposedValkey(tmp_path / "valkey", service=SERVICES["valkey"], lifeline=lifeline)
    try:
        server.start()
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def kafka(tmp_path: Path, lifeline: Lifeline, private_kafka: Callable[..., EmbeddedKafka]) -> Iterator[EmbeddedKafka]:
    """The embedded broker; in `make test-kafka` Apache Kafka, with the file's properties."""
    if not (jars := os.environ.get("APACHE_KAFKA_JARS")):
        yield private_kafka()
        return
    server = ComposedKafka(tmp_path / "kafka", service=SERVICES["kafka"], jars=Path(jars), lifeline=lifeline)
    try:
        server.start()
        server.wait_until_ready()
        yield server
    finally:
        server.remove()


@pytest.fixture
def machine(
    tmp_path: Path,
    lifeline: Lifeline,
    postgres: ComposedPostgres,
    valkey: ComposedValkey,
    kafka: EmbeddedKafka,
) -> Iterator[Machine]:
    web_port, stand_in = str(free_port()), shlex.join([sys.executable, stand_ins.__file__])
    for folder in ("app", "logs", "beat"):
        (tmp_path / folder).mkdir()
    lay_out(tmp_path / "app")
    api_versions = f"{stand_in} kafka-broker-api-versions.sh"
    hosts = {
        "@postgres:5432": f"@127.0.0.1:{postgres.port}",
        "valkey:6379": f"127.0.0.1:{valkey.port}",
        "kafka:9092": kafka.url,
        "0.0.0.0": "127.0.0.1",  # noqa: S104  it is what must not be
        "8000": web_port,
        "/var/lib/larder": str(tmp_path / "beat"),
        "pg_isready": str(postgres.pg_isready()),
        "valkey-cli": f"{stand_in} valkey-cli -p {valkey.port}",
        "/opt/kafka/bin/kafka-broker-api-versions.sh": (
            kafka.api_versions() if isinstance(kafka, ComposedKafka) else api_versions
        ),
        "localhost:9092": kafka.url,
    }
    extra = {"postgres": {"PGPORT": str(postgres.port)}}
    made = Machine(tmp_path / "app", tmp_path / "logs", SERVICES, hosts, lifeline, extra)
    yield made
    made.end()
