"""The servers of a test run: one PostgreSQL, one Valkey, one broker, started before Django reads its settings.

`-p tests.servers_plugin` in pyproject.toml loads this before pytest-django. Under pytest-xdist the controller starts
the servers and its workers inherit the environment; a server named by DATABASE_URL, REDIS_URL or
KAFKA_BOOTSTRAP_SERVERS is used as it is. APACHE_KAFKA_JARS makes the broker Apache Kafka. A server that can't start
ends the run: a test that needs one never passes by being skipped. A watchdog ends the servers when this process is
killed with -9.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.valkey import EmbeddedValkey
from tests.apache_kafka.choice import OWN_BROKER, make_broker

Server = EmbeddedPostgres | EmbeddedValkey | EmbeddedKafka
STARTED: list[Server] = []
LIFELINES: list[Lifeline] = []
RUN = f"test-{secrets.token_hex(4)}"
ENVIRONMENT = {
    "DEBUG": "1",
    "SECRET_KEY": "only-for-tests",
    "CACHE_NAMESPACE": RUN,
    "RATE_LIMITS": "off",
    "KAFKA_TOPIC": f"{RUN}-product-updates",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs before pytest-django's hook of this name, which imports the settings."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        _start_missing_servers()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """After the workers have ended; a worker has started nothing."""
    while STARTED:
        STARTED.pop().remove()
    while LIFELINES:
        LIFELINES.pop().close()


def _start_missing_servers() -> None:
    missing = [name for name in ("DATABASE_URL", "REDIS_URL", "KAFKA_BOOTSTRAP_SERVERS") if not os.environ.get(name)]
    if not missing:
        return
    directory = Path(tempfile.mkdtemp(prefix="larder-tests-"))
    lifeline = Lifeline()
    LIFELINES.append(lifeline)
    lifeline.guard_path(directory)
    if "DATABASE_URL" in missing:
        postgres = EmbeddedPostgres(directory / "postgres", durable=False, lifeline=lifeline)
        lifeline.guard_path(postgres.home)
        _start("DATABASE_URL", postgres)
    if "REDIS_URL" in missing:
        _start("REDIS_URL", EmbeddedValkey(directory / "valkey", persistent=False, password=False, lifeline=lifeline))
    if "KAFKA_BOOTSTRAP_SERVERS" in missing:
        _start("KAFKA_BOOTSTRAP_SERVERS", make_broker(directory / "kafka", lifeline=lifeline))
        os.environ[OWN_BROKER] = "1"


def _start(variable: str, server: Server) -> None:
    STARTED.append(server)
    server.start()
    server.wait_until_ready()
    os.environ[variable] = server.url
