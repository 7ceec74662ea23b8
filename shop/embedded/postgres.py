"""PostgreSQL from its wheel.

Invariants: TCP on 127.0.0.1 only (a Unix socket's path may not exceed some 107 bytes); every connection needs the
random password, so other users of the machine stay outside; a data directory appears whole or not at all.
"""

import hashlib
import os
import shutil
import signal
from pathlib import Path

import psycopg

from shop.embedded.account import Account, server_account, system_directory
from shop.embedded.lifeline import Lifeline
from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import LOOPBACK
from shop.embedded.process import Child, identify, spawn
from shop.embedded.secret_file import read_or_make_secret
from shop.embedded.server import ServerFailedError
from shop.embedded.software import postgres_programs

ROLE = DATABASE = "larder"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # On a small machine, to hand each page to a worker costs several times what reading it costs.
    "io_method": "sync",
    # So that a trace can say when a change was committed.
    "track_commit_timestamp": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "larder",
}
# For servers whose data nobody misses: a power cut may lose everything, and writes are several times faster.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INITDB_LIMIT = 120.0


class EmbeddedPostgres(ListeningServer):
    """A PostgreSQL server with the superuser and database `larder`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast shutdown": sessions are ended, nothing is lost

    def __init__(
        self,
        directory: Path,
        port: int | None = None,
        *,
        durable: bool = True,
        lifeline: Lifeline | None = None,
    ) -> None:
        super().__init__(directory, port, lifeline=lifeline)
        self._account = server_account()
        self._programs = postgres_programs(reachable_by_all=self._account is not None)
        self._settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self.home = self._home()

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def remove(self) -> None:
        """Stop the server and delete its data, wherever it lies."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _url(self, database: str) -> str:
        return f"postgres://{ROLE}:{self._password()}@{LOOPBACK}:{self.port}/{database}"

    def _password(self) -> str:
        return read_or_make_secret(path=self.directory / "password")

    def _home(self) -> Path:
        """Where the data lies: in the server's directory, or as root in one that the server's account can reach.

        Its name comes from the path and from the password that stands there: neither a copy of a checkout nor a new
        one in the place of a deleted one may meet the other's data.
        """
        if self._account is None:
            return self.directory
        name = hashlib.sha256(os.fsencode(self.directory) + self._password().encode()).hexdigest()[:16]
        return system_directory() / f"data-{name}"

    def _prepare(self) -> None:
        if self._account is not None:
            self.home.mkdir(mode=0o700, exist_ok=True)
            os.chown(self.home, self._account.uid, self._account.gid)
            (self.directory / "location").write_text(f"{self.home}\n")
        data = self.home / "data"
        if not data.exists():
            partial = self.home / "data.partial"
            shutil.rmtree(partial, ignore_errors=True)
            self._initialise(partial)
            partial.rename(data)
        self._forget_foreign_pid(data)

    def _initialise(self, data: Path) -> None:
        password_file = self.home / "password.initdb"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password())
        _give(password_file, self._account)
        # The built-in locale sorts alike on every system.
        command: list[str | Path] = [
            self._programs / "initdb",
            *("-D", data, "-U", ROLE, f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        ]
        if "fsync" in self._settings:
            command.append("--no-sync")
        try:
            child = spawn(
                command=command,
                log_file=self.log_file,
                cwd=self.home,
                environment=_environment(),
                account=self._account,
            )
            if child.popen.wait(timeout=INITDB_LIMIT) != 0:
                raise ServerFailedError(f"initdb failed.\n{self.log_tail()}")
        finally:
            password_file.unlink()

    def _spawn(self) -> Child:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        return spawn(
            command=[self._programs / "postgres", "-D", self.home / "data", "-p", str(self.port), *settings],
            log_file=self.log_file,
            cwd=self.home,
            environment=_environment(),
            account=self._account,
        )

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.home / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _leftover_pid(self) -> int | None:
        pid = self._recorded_pid()
        identity = identify(pid=pid) if pid is not None else None
        ours = identity is not None and str(self.home / "data") in identity.command
        return pid if ours else None

    def _forget_foreign_pid(self, data: Path) -> None:
        """Remove a stale postmaster.pid. PostgreSQL does so itself unless another process has that pid by now."""
        if self._recorded_pid() is not None and self._leftover_pid() is None:
            (data / "postmaster.pid").unlink(missing_ok=True)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=2, autocommit=True) as connection:
                found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if found is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables or locale; macOS needs a locale that starts no thread."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
