"""Operating-system processes: started in a session of their own, known beyond doubt, ended within a limit.

A pid alone names nobody: the system gives it to another process later. An `Identity` adds the moment of birth and the
command line, and nothing here signals a process whose identity does not match.
A session of its own keeps a terminal's Ctrl-C for whoever supervises, and lets all of a process's children end with it.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from shop.embedded.account import Account

# Two readings of one birth differ when the system's clock was set in between.
BIRTH_TOLERANCE = 2.0


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that can be recognised later, also by another process: `created` is seconds since 1970."""

    pid: int
    created: float
    command: tuple[str, ...]


def identify(*, pid: int) -> Identity | None:
    """Who `pid` is now, or None when there is no such process or it has ended and waits to be reaped."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return Identity(pid=pid, created=process.create_time(), command=tuple(process.cmdline()))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def is_alive(identity: Identity) -> bool:
    now = identify(pid=identity.pid)
    return now is not None and now.command == identity.command and abs(now.created - identity.created) < BIRTH_TOLERANCE


@dataclass(frozen=True, slots=True)
class Child:
    """A process that this one started and has to reap; until then its pid can't pass to another process."""

    popen: subprocess.Popen[bytes]
    identity: Identity

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def end(self, *, stop_signal: int = signal.SIGTERM, limit: float = 10.0) -> None:
        """As `end`, and also for whoever is left of the family when the process itself has ended."""
        _end_family(pid=self.identity.pid, stop_signal=stop_signal, limit=limit)
        self.popen.wait()


def spawn(
    *,
    command: Sequence[str | Path],
    log_file: Path,
    cwd: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
) -> Child:
    """Start `command` with its output appended to `log_file`; as `account`, when that is given (needs root)."""
    arguments = tuple(os.fspath(part) for part in command)
    log = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        popen = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    finally:
        os.close(log)
    # The arguments come from here: for a moment after the start the system still shows none.
    return Child(popen, Identity(pid=popen.pid, created=psutil.Process(popen.pid).create_time(), command=arguments))


def family(*, pid: int) -> list[psutil.Process]:
    """The process, its descendants, and whoever else is left in its process group; the process itself comes first."""
    members: dict[int, psutil.Process] = {}
    try:
        process = psutil.Process(pid)
        members = {member.pid: member for member in [process, *process.children(recursive=True)]}
    except psutil.NoSuchProcess:
        pass
    for candidate in psutil.process_iter():
        try:
            if candidate.pid not in members and os.getpgid(candidate.pid) == pid:
                members[candidate.pid] = candidate
        except (ProcessLookupError, PermissionError):
            continue
    return list(members.values())


def send(*, members: Sequence[psutil.Process], signal_number: int) -> None:
    for member in members:
        try:
            member.send_signal(signal_number)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def end(identity: Identity, *, stop_signal: int = signal.SIGTERM, limit: float = 10.0) -> None:
    """Ask a process to end; after `limit` seconds, end it and its family by force. Safe when it is gone already."""
    if is_alive(identity):
        _end_family(pid=identity.pid, stop_signal=stop_signal, limit=limit)


def _end_family(*, pid: int, stop_signal: int, limit: float) -> None:
    members = family(pid=pid)
    # A stopped process can hear nothing else before this.
    send(members=members, signal_number=signal.SIGCONT)
    send(members=members[:1], signal_number=stop_signal)
    _, alive = psutil.wait_procs(members, timeout=limit)
    send(members=alive, signal_number=signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)
