"""The embedded servers, started with the very words that docker-compose.yml gives to their images."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import redis

from shop.embedded.lifeline import Lifeline
from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import LOOPBACK
from shop.embedded.postgres import EmbeddedPostgres, _environment, _give
from shop.embedded.process import Child, spawn
from shop.embedded.secret_file import write_owner_only
from shop.embedded.software import valkey_server
from tests.compose.compose_file import environment


class ComposedPostgres(EmbeddedPostgres):
    """Its flags, its account and its initdb are those of the file; where it listens, the test's."""

    def __init__(self, directory: Path, *, service: Mapping[str, Any], lifeline: Lifeline) -> None:
        self._told = environment(service)
        super().__init__(directory, lifeline=lifeline)
        program, *flags = service["command"]
        assert program == "postgres"
        assert flags[::2] == ["-c"] * (len(flags) // 2)
        here = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "fsync": "off"}
        self._settings = dict(flag.split("=", 1) for flag in flags[1::2]) | here

    def _password(self) -> str:
        return self._told["POSTGRES_PASSWORD"]

    def _initialise(self, data: Path) -> None:
        """As the image's entry point does it."""
        password_file = self.home / "password.initdb"
        write_owner_only(path=password_file, text=self._password())
        _give(password_file, self._account)
        command: list[str | Path] = [
            self._programs / "initdb",
            *("-D", data, "-U", self._told["POSTGRES_USER"], f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--no-sync"),
            *self._told["POSTGRES_INITDB_ARGS"].split(),
        ]
        log, where = self.log_file, self.home
        child = spawn(command=command, log_file=log, cwd=where, environment=_environment(), account=self._account)
        assert child.popen.wait(timeout=60) == 0, self.log_tail()

    def pg_isready(self) -> Path:
        return self._programs / "pg_isready"


class ComposedValkey(ListeningServer):
    """Its arguments are those of the file; where it listens, the test's."""

    name = "valkey"

    def __init__(self, directory: Path, *, service: Mapping[str, Any], lifeline: Lifeline) -> None:
        super().__init__(directory, lifeline=lifeline)
        program, *self._arguments = service["command"]
        assert program == "valkey-server"

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _prepare(self) -> None:
        """It needs no file."""

    def _spawn(self) -> Child:
        return spawn(
            command=[valkey_server(), *self._arguments, "--bind", LOOPBACK, "--port", str(self.port)],
            log_file=self.log_file,
            cwd=self.directory,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )

    def _leftover_pid(self) -> int | None:
        return None

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
