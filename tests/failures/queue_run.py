"""A worker and a beat of a test's own, on the test's database and on any Valkey, always ended with the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from django.conf import settings

from shop.celery import app
from shop.embedded.beat import Beat
from shop.embedded.lifeline import Lifeline
from shop.embedded.valkey import EmbeddedValkey
from shop.embedded.worker import Worker
from tests.own_database import database_url

APPLICATION = "tests.failures.queue_application"
PREFIX = f"{settings.CACHE_NAMESPACE}-queue:"


@dataclass
class Queue:
    """One queue; `directory` is for logs and the tasks' journal, which says what ran and in which process."""

    broker_url: str
    directory: Path
    lifeline: Lifeline
    application: str = APPLICATION

    @property
    def journal(self) -> Path:
        return self.directory / "journal"

    def done(self, line: str) -> list[int]:
        """The pids of the processes that have written this line, in order."""
        written = [entry.rpartition(" ") for entry in self.journal.read_text().splitlines()]
        return [int(pid) for text, _, pid in written if text == line]

    def send(self, task: str, *args: Any, **options: Any) -> None:
        """Send `tests.<task>`, with the journal as its first argument."""
        with app.connection_for_write(self.broker_url) as line:
            app.send_task(f"tests.{task}", [str(self.journal), *args], connection=line, **options)

    def unfinished(self) -> int:
        """How many tasks the broker would still hand out, now or later."""
        with redis.Redis.from_url(self.broker_url) as client:
            return int(client.llen(f"{PREFIX}celery")) + int(client.hlen(f"{PREFIX}unacked"))

    @contextmanager
    def worker(self, **turned: str) -> Iterator[Worker]:
        """A ready worker; `QUEUE_ACKS="early"` and the like as in queue_application.py."""
        environment = self.environment() | turned
        worker = Worker(self.directory, environment=environment, application=self.application, lifeline=self.lifeline)
        with _running(worker):
            yield worker

    @contextmanager
    def beat(self, **turned: str) -> Iterator[Beat]:
        environment = self.environment() | turned
        schedule = self.directory / "schedule"
        beat = Beat(
            self.directory,
            schedule=schedule,
            environment=environment,
            application=self.application,
            lifeline=self.lifeline,
        )
        with _running(beat):
            yield beat

    def environment(self) -> dict[str, str]:
        """The test's servers, for a process of its own."""
        return {
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": self.broker_url,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "CACHE_NAMESPACE": settings.CACHE_NAMESPACE,
        }


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    return private_valkey()


@pytest.fixture
def queue(valkey: EmbeddedValkey, tmp_path: Path, lifeline: Lifeline) -> Queue:
    """A queue on a Valkey of its own; nobody works on it yet."""
    made = Queue(valkey.url, tmp_path / "queue", lifeline)
    made.directory.mkdir()
    made.journal.touch()
    return made


def pool_of(worker: Worker) -> list[psutil.Process]:
    """The processes that run the worker's tasks."""
    return psutil.Process(worker.pid).children()


@contextmanager
def _running(server: Worker | Beat) -> Iterator[None]:
    try:
        server.start()
        server.wait_until_ready()
        yield
    finally:
        server.stop()
