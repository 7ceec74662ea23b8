"""What the embedded servers have in common: start, wait until ready, stop, and the faults that tests inject.

Invariants:
- Starting in a directory first ends what an earlier start left running there, so a supervisor that was killed can't
  leave two servers on one directory.
- `wait_until_ready` returns when this very process has answered a query, not when some port accepts a connection.
Those that listen on a port share listening_server.py as well.
"""

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from shop.embedded.lifeline import Lifeline
from shop.embedded.process import Child, Identity, end, identify, send

READY_LIMIT = 60.0
POLL_INTERVAL = 0.02


class ServerFailedError(RuntimeError):
    """A server ended or stayed silent; the message carries the end of its log."""


class EmbeddedServer(ABC):
    """One server process in one directory. With a `lifeline` it does not outlive this program."""

    name: str
    stop_signal: int = signal.SIGTERM

    def __init__(self, directory: Path, *, lifeline: Lifeline | None = None) -> None:
        self.directory = directory.absolute()
        self.log_file = self.directory / f"{self.name}.log"
        self._lifeline = lifeline
        self._child: Child | None = None

    @abstractmethod
    def _prepare(self) -> None:
        """Make the directory's files; called before every start."""

    @abstractmethod
    def _spawn(self) -> Child:
        """Start the program."""

    @abstractmethod
    def _leftover_pid(self) -> int | None:
        """The pid that an earlier start in this directory wrote down, when it is still such a server."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the process that was started answers a query."""

    @property
    def pid(self) -> int | None:
        return self._child.identity.pid if self._child is not None and self._child.is_running() else None

    @property
    def identity(self) -> Identity | None:
        """Who the process is that was started last."""
        return self._child.identity if self._child is not None else None

    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running()

    def start(self) -> None:
        """Start the server; returns before it is ready. Does nothing when it runs."""
        if self.is_running():
            return
        self.stop()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        leftover = self._leftover_pid()
        if leftover is not None and (identity := identify(pid=leftover)) is not None:
            end(identity, stop_signal=self.stop_signal)
        self._prepare()
        self._child = self._spawn()
        if self._lifeline is not None:
            self._lifeline.guard_process(self._child.identity, stop_signal=self.stop_signal)

    def wait_until_ready(self, *, limit: float = READY_LIMIT, pause: Callable[[float], object] = time.sleep) -> None:
        """Return once the server answers; raise ServerFailedError when it ends or `limit` seconds have passed.

        `pause` is called between two looks; it may raise to give up.
        """
        deadline = time.monotonic() + limit
        while not self.answers():
            if not self.is_running():
                raise ServerFailedError(f"{self.name} ended while starting.\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise ServerFailedError(f"{self.name} did not answer within {limit:.0f} s.\n{self.log_tail()}")
            pause(POLL_INTERVAL)

    def stop(self, *, limit: float = 10.0) -> None:
        """End the server in order; by force after `limit` seconds. Does nothing when it has ended."""
        if self._child is not None:
            self._child.end(stop_signal=self.stop_signal, limit=limit)
        self._child = None

    def kill(self) -> None:
        """End the server as a crash would (SIGKILL), its children included."""
        self._signal_family(signal.SIGKILL)
        if self._child is not None:
            self._child.popen.wait()

    def pause(self) -> None:
        """Stall the server (SIGSTOP): its connections stay open and nothing answers."""
        self._signal_family(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_family(signal.SIGCONT)

    def restart(self) -> None:
        """Stop when running, start in the same directory, wait until ready."""
        self.stop()
        self.start()
        self.wait_until_ready()

    def log_tail(self, *, lines: int = 20) -> str:
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def _signal_family(self, signal_number: int) -> None:
        if self._child is not None:
            send(members=self._child.family(), signal_number=signal_number)
