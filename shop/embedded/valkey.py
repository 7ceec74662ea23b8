"""Valkey from its wheel.

Invariants: 127.0.0.1 only; `maxmemory-policy volatile-lru`, so what has no TTL is never evicted; with a password, the
password stands in files of the owner alone, never on a command line that `ps` shows.
"""

import os
import shutil
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.embedded.lifeline import Lifeline
from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import LOOPBACK
from shop.embedded.process import Child, identify, spawn
from shop.embedded.secret_file import read_or_make_secret, write_owner_only
from shop.embedded.software import valkey_server

WARDEN = "warden"


class EmbeddedValkey(ListeningServer):
    """A Valkey server. `persistent`: an append-only file, synced every second; otherwise a restart begins empty."""

    name = "valkey"

    def __init__(
        self,
        directory: Path,
        port: int | None = None,
        *,
        persistent: bool = True,
        password: bool = True,
        max_memory: str = "256mb",
        lifeline: Lifeline | None = None,
    ) -> None:
        super().__init__(directory, port, lifeline=lifeline)
        self._persistent = persistent
        self._needs_password = password
        self._max_memory = max_memory

    @property
    def url(self) -> str:
        credentials = f":{self._secret('password')}@" if self._needs_password else ""
        return f"redis://{credentials}{LOOPBACK}:{self.port}/0"

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def answer_errors(self) -> None:
        """From now on refuse every command of every client, connections that are open included (NOPERM)."""
        with self._warden() as warden:
            warden.execute_command("ACL", "SETUSER", "default", "-@all")

    def refuse_writes(self) -> None:
        """From now on answer writes with an out-of-memory error; reads work."""
        with self._warden() as warden:
            warden.config_set("maxmemory-policy", "noeviction")
            warden.config_set("maxmemory", "1")

    def answer_properly(self) -> None:
        """Undo `answer_errors` and `refuse_writes`."""
        with self._warden() as warden:
            warden.execute_command("ACL", "SETUSER", "default", "+@all")
            warden.config_set("maxmemory", self._max_memory)
            warden.config_set("maxmemory-policy", "volatile-lru")

    def _warden(self) -> redis.Redis:
        """A client with an account of its own, which keeps its rights while everybody else's are gone."""
        return redis.Redis(
            host=LOOPBACK,
            port=self.port,
            username=WARDEN,
            password=self._secret("warden"),
            socket_timeout=2,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def _secret(self, name: str) -> str:
        return read_or_make_secret(path=self.directory / name)

    def _prepare(self) -> None:
        entry = f">{self._secret('password')}" if self._needs_password else "nopass"
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            "dir ./",
            "pidfile valkey.pid",
            "set-proc-title no",
            f"user default on {entry} ~* &* +@all",
            f"user {WARDEN} on >{self._secret('warden')} ~* &* +@all",
            f"maxmemory {self._max_memory}",
            "maxmemory-policy volatile-lru",
            'save ""',
            f"appendonly {'yes' if self._persistent else 'no'}",
            "appendfsync everysec",
        ]
        write_owner_only(path=self.directory / "valkey.conf", text="\n".join([*lines, ""]))

    def _spawn(self) -> Child:
        # All paths are relative to the working directory, so no character in them needs quoting.
        return spawn(
            command=[valkey_server(), "valkey.conf"],
            log_file=self.log_file,
            cwd=self.directory,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        )

    def _leftover_pid(self) -> int | None:
        try:
            pid = int((self.directory / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        identity = identify(pid=pid)
        return pid if identity is not None and identity.command[-1:] == ("valkey.conf",) else None

    def answers(self) -> bool:
        try:
            with self._warden() as warden:
                info = warden.info()
                # While it reads its file it answers this and nothing else.
                return int(info["process_id"]) == self.pid and not int(info["loading"])
        except redis.RedisError:
            return False
