"""Fixtures for tests that break servers: private ones, always stopped and deleted at the end of the test.

The servers that all tests share come from tests/servers_plugin.py. Examples of Hypothesis have no deadline: what is
slow is the machine.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.plugin import DjangoDbBlocker

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.valkey import EmbeddedValkey
from tests.apache_kafka.choice import OWN_BROKER, make_broker
from tests.flush import Flush
from tests.patience import patient
from tests.repaired import await_repair


def pytest_configure() -> None:
    settings.CACHES = patient(settings.CACHES)
    examples.register_profile("larder", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    examples.load_profile("larder")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database lets its ledger of stock be emptied with everything else, after each test, by our flush."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET larder.ledger = 'erasable'")
        # The setting is that of connections to come.
        connection.close()
        flush = Flush()
        connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _flush_when_repaired(flush))
        yield


def _flush_when_repaired(flush: Flush) -> None:
    """A repair that the test has set off, or a slow machine, reads the database, which is the test's only until now."""
    await_repair()
    flush()


@pytest.fixture(scope="session")
def lifeline() -> Iterator[Lifeline]:
    """Ends this process's servers when the process is killed."""
    with Lifeline() as line:
        yield line


@pytest.fixture
def private_valkey(tmp_path: Path, lifeline: Lifeline) -> Iterator[Callable[..., EmbeddedValkey]]:
    """Make a ready Valkey of one's own: `private_valkey()`, `private_valkey(persistent=True)`; see EmbeddedValkey."""
    with ExitStack() as stack:

        def make(
            *, persistent: bool = False, password: bool = False, max_memory: str = "256mb", port: int | None = None
        ) -> EmbeddedValkey:
            directory = tmp_path / f"valkey {len(list(tmp_path.iterdir()))}"
            server = EmbeddedValkey(
                directory, port, persistent=persistent, password=password, max_memory=max_memory, lifeline=lifeline
            )
            stack.callback(server.remove)
            server.start()
            server.wait_until_ready()
            return server

        yield make


@pytest.fixture
def private_kafka(
    request: pytest.FixtureRequest, tmp_path: Path, lifeline: Lifeline
) -> Iterator[Callable[..., EmbeddedKafka]]:
    """Make a ready broker of one's own: `private_kafka()`. It is empty; the embedded one is, again, after a restart."""
    if request.node.get_closest_marker("kafka") is not None and OWN_BROKER not in os.environ:
        pytest.skip("it breaks its broker, and KAFKA_BOOTSTRAP_SERVERS names one that is not the tests' own")
    with ExitStack() as stack:

        def make(*, port: int | None = None) -> EmbeddedKafka:
            server = make_broker(tmp_path / f"kafka {len(list(tmp_path.iterdir()))}", port, lifeline=lifeline)
            stack.callback(server.remove)
            server.start()
            server.wait_until_ready()
            return server

        yield make


@pytest.fixture
def private_postgres(tmp_path: Path, lifeline: Lifeline) -> Iterator[Callable[..., EmbeddedPostgres]]:
    """Make a ready PostgreSQL of one's own: `private_postgres()`; `durable=True` keeps data over a kill."""
    with ExitStack() as stack:

        def make(*, durable: bool = False, port: int | None = None) -> EmbeddedPostgres:
            directory = tmp_path / f"postgres {len(list(tmp_path.iterdir()))}"
            server = EmbeddedPostgres(directory, port, durable=durable, lifeline=lifeline)
            lifeline.guard_path(server.home)
            stack.callback(server.remove)
            server.start()
            server.wait_until_ready()
            return server

        yield make
