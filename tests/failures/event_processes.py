"""Relays and consumers as processes, on the test's database, with a topic, a group and keys of their own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from django.conf import settings

from shop.events.kafka_transport import KafkaTransport
from tests.failures.web import until
from tests.own_database import database_url

ROOT = Path(__file__).parents[2]
READY_S = 40.0
# The command that a process runs, and the name that it has in its log.
RELAY = ("relay_changes", "relay")
CONSUMER = ("consume_product_updates", "consumer")


@dataclass
class EventProcess:
    name: str
    log: Path
    popen: "subprocess.Popen[bytes]"

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        until(self._ready, within=READY_S)

    def _ready(self) -> bool:
        assert self.popen.poll() is None, f"it ended:\n{self.said[-2000:]}"
        return f"{self.name} is ready." in self.said

    def kill(self) -> None:
        """With -9, at once."""
        self.popen.kill()
        self.popen.wait()

    def terminate(self) -> tuple[int, float]:
        """By SIGTERM; its exit code, and the seconds that it took."""
        started = monotonic()
        self.popen.terminate()
        return self.popen.wait(timeout=20), monotonic() - started


@dataclass
class EventLine:
    """Where the processes of one test meet."""

    directory: Path
    kafka: str = field(default_factory=lambda: os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    redis: str = field(default_factory=lambda: os.environ["REDIS_URL"])
    topic: str = field(default_factory=lambda: f"line-{secrets.token_hex(6)}")

    def __post_init__(self) -> None:
        self.transport = KafkaTransport(servers=self.kafka, topics=(self.topic, f"{self.topic}.dlq"))

    @contextmanager
    def running(self, what: tuple[str, str], **turned: str) -> Iterator[EventProcess]:
        """A process that has been started, and is ended with the test; ready or not yet."""
        command, name = what
        log = self.directory / f"{name}-{secrets.token_hex(3)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-W", "ignore", "manage.py", command],
                cwd=ROOT,
                env=os.environ | self._environment() | turned,
                stdout=output,
                stderr=output,
            )
        process = EventProcess(name, log, popen)
        try:
            yield process
        finally:
            popen.kill()
            popen.wait()

    def _environment(self) -> Mapping[str, str]:
        return {
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.redis,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka,
            "KAFKA_TOPIC": self.topic,
            "KAFKA_GROUP": f"{self.topic}-caches",
            "CACHE_NAMESPACE": settings.CACHE_NAMESPACE,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
        }
