"""What `make demo` does, in order: servers, database, seed, the shop's own processes; then it supervises until it is
told to stop.

Invariants, proved by tests/failures/test_demo.py:
- Whatever ends it - Ctrl-C, SIGTERM, a closed terminal, a failing step - no process and no port stays behind. After a
  kill -9 a watchdog ends the processes; a second demo ends what a killed watchdog left.
- `.larder/demo.json` names the processes that run, also after one was started again.
- Django runs in processes of its own, which learn the servers' addresses from their environment.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shop.embedded.beat import Beat
from shop.embedded.demo_key import demo_api_key
from shop.embedded.demo_state import DemoState
from shop.embedded.event_processes import Consumer, Relay
from shop.embedded.interruption import Interrupted, Interruption
from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import holder, is_free
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.process import spawn
from shop.embedded.server import EmbeddedServer
from shop.embedded.supervisor import Supervisor
from shop.embedded.valkey import EmbeddedValkey
from shop.embedded.web import WebServer
from shop.embedded.worker import Worker

ADMIN_USER = "admin"
LOOK_INTERVAL = 0.2


class DemoError(RuntimeError):
    """The demo can't start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`database_url`, `redis_url` and `kafka_bootstrap_servers` name servers to use instead of embedded ones."""

    port: int
    state_directory: Path
    products: int = 1000
    database_url: str | None = None
    redis_url: str | None = None
    kafka_bootstrap_servers: str | None = None


class Demo:
    """One run of the demo."""

    def __init__(self, options: DemoOptions, *, interruption: Interruption, environment: Mapping[str, str]) -> None:
        self._options = options
        self._interruption = interruption
        self._environment = dict(environment)
        self._state = DemoState(options.state_directory)
        self._supervisor = Supervisor()
        self._servers: list[EmbeddedServer] = []
        self._url = ""

    def run(self) -> None:
        """Start everything, supervise, end everything. Raises DemoError or ServerFailedError when it can't start."""
        try:
            for leftover in self._state.recover():
                self._interruption.say(f"An earlier demo was killed and left {leftover} running; it is ended.")
            self._check_port()
            with Lifeline() as self._lifeline:
                self._lifeline.guard_path(self._state.file)
                try:
                    self._start()
                    self._supervise()
                except Interrupted:
                    self._interruption.say("Stopping ...")
                finally:
                    self._supervisor.stop()
            self._interruption.say("Larder has stopped.")
        finally:
            self._state.clear()
            self._state.release()

    def _check_port(self) -> None:
        port = self._options.port
        if not is_free(port=port):
            by = holder(port=port) or "a process that this user can't see"
            raise DemoError(f"Port {port} is in use by {by}. Choose another: make demo PORT={port + 1}")

    def _start(self) -> None:
        directory = self._options.state_directory
        self._environment["SECRET_KEY"] = self._state.secret("secret-key")
        self._environment["DATABASE_URL"] = self._options.database_url or self._bring_up(
            lambda: EmbeddedPostgres(directory / "postgres", lifeline=self._lifeline)
        )
        self._environment["REDIS_URL"] = self._options.redis_url or self._bring_up(
            lambda: EmbeddedValkey(directory / "valkey", lifeline=self._lifeline)
        )
        self._environment["KAFKA_BOOTSTRAP_SERVERS"] = self._options.kafka_bootstrap_servers or self._bring_up(
            lambda: EmbeddedKafka(directory / "kafka", lifeline=self._lifeline)
        )
        self._prepare()
        self._bring_up_shop()
        self._publish()
        self._interruption.say(f"\nLarder is ready at {self._url}")
        self._interruption.say(
            f"Admin: {self._url}/admin/  user {ADMIN_USER}  password {self._state.secret('admin-password')}"
        )
        self._interruption.say("Ctrl-C stops it.\n")

    def _bring_up(self, make: Callable[[], ListeningServer]) -> str:
        server = make()
        with self._timed(server.name):
            self._begin(server)
            server.wait_until_ready(pause=self._interruption.pause)
        return server.url

    def _bring_up_shop(self) -> None:
        """What runs our own code. All start at the same time, since each takes a second or two to import it."""
        logs, environment, lifeline = self._state.logs, self._environment, self._lifeline
        schedule = self._state.directory / "beat" / "schedule"
        web = WebServer(logs, self._options.port, environment=environment, lifeline=lifeline)
        shop: list[EmbeddedServer] = [
            web,
            Worker(logs, environment=environment, lifeline=lifeline),
            Beat(logs, schedule=schedule, environment=environment, lifeline=lifeline),
            Relay(logs, environment=environment, lifeline=lifeline),
            Consumer(logs, environment=environment, lifeline=lifeline),
        ]
        with self._timed("web, worker, beat, events"):
            for server in shop:
                self._begin(server)
            for server in shop:
                server.wait_until_ready(pause=self._interruption.pause)
        self._url = web.url

    def _begin(self, server: EmbeddedServer) -> None:
        self._supervisor.watch(server)
        self._servers.append(server)
        server.start()
        self._record()

    def _prepare(self) -> None:
        """What the servers and the shop need first: `manage.py prepare_demo` says what, and how it goes."""
        command = [sys.executable, "manage.py", "prepare_demo", "--products", str(self._options.products)]
        with_key = self._environment | {"DEMO_API_KEY": demo_api_key(secret=self._state.secret("api-key"))}
        child = spawn(command=command, log_file=None, cwd=CHECKOUT, environment=with_key)
        self._lifeline.guard_process(child.identity, stop_signal=signal.SIGTERM)
        try:
            while child.is_running():
                self._interruption.pause(LOOK_INTERVAL / 4)
        finally:
            child.end()
        if child.popen.returncode != 0:
            raise DemoError("Preparing the database failed; the reason stands above.")

    def _supervise(self) -> None:
        while True:
            for event in self._supervisor.look():
                self._record()
                self._publish()
                self._interruption.say(event)
            self._interruption.pause(LOOK_INTERVAL)

    def _record(self) -> None:
        started = [(one.name, one.identity, one.stop_signal) for one in self._servers]
        self._state.record(
            [(name, identity, stop) for name, identity, stop in started if identity is not None],
            watchdog=self._lifeline.identity,
        )

    def _publish(self) -> None:
        self._state.publish(
            facts={
                "url": self._url,
                "admin_user": ADMIN_USER,
                "admin_password": self._state.secret("admin-password"),
                "api_key": demo_api_key(secret=self._state.secret("api-key")),
                "database_url": self._environment["DATABASE_URL"],
                "redis_url": self._environment["REDIS_URL"],
                "kafka_bootstrap_servers": self._environment["KAFKA_BOOTSTRAP_SERVERS"],
            },
            pids={server.name: server.pid for server in self._servers},
        )

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self._interruption.say(f"  {name:<28}{time.monotonic() - begun:6.1f} s")
