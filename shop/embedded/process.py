"""Operating-system processes: started in a session of their own, known beyond doubt, ended within a limit.

A pid alone names nobody: the system gives it to another process later. An `Identity` adds the moment of birth, the
command line and a random mark in the environment, by which children that outlive their parent are recognised; nothing
here signals a process whose identity does not match.
A session of its own keeps a terminal's Ctrl-C for whoever supervises, and lets all of a process's children end with it.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from shop.embedded.account import Account

# Two readings of one birth differ when the system's clock was set in between.
BIRTH_TOLERANCE = 2.0
POLL_INTERVAL = 0.02
KILL_LIMIT = 5.0
MARK_VARIABLE = "LARDER_PROCESS_MARK"


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that can be recognised later, also by another process: `created` is seconds since 1970."""

    pid: int
    created: float
    command: tuple[str, ...]
    mark: str = ""


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
        """As the function `end`, and reap."""
        _end(self.family(), led=self.is_running(), stop_signal=stop_signal, limit=limit)
        self.popen.wait()

    def family(self) -> list[psutil.Process]:
        """As the function `family`; certain also in the moment after the start when the system shows no command yet."""
        return _family(self.identity, leads=self.is_running())


def spawn(
    *,
    command: Sequence[str | Path],
    log_file: Path | None,
    cwd: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
    stdin: int = subprocess.DEVNULL,
) -> Child:
    """Start `command`, as `account` when that is given (needs root), with its output appended to `log_file`.

    Without a log file it writes where this process writes. `stdin` is as for subprocess.Popen.
    """
    arguments = tuple(os.fspath(part) for part in command)
    mark = secrets.token_hex(16)
    log = None if log_file is None else os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        popen = subprocess.Popen(
            arguments,
            stdin=stdin,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env={**environment, MARK_VARIABLE: mark},
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    finally:
        if log is not None:
            os.close(log)
    # The arguments come from here: for a moment after the start the system still shows none.
    created = psutil.Process(popen.pid).create_time()
    return Child(popen, Identity(pid=popen.pid, created=created, command=arguments, mark=mark))


def family(identity: Identity) -> list[psutil.Process]:
    """The process and all that came from it, itself first; when it has ended, whoever of its process group is left."""
    return _family(identity, leads=is_alive(identity))


def _family(identity: Identity, *, leads: bool) -> list[psutil.Process]:
    members: dict[int, psutil.Process] = {}
    if leads:
        # It may end at any moment, and then its children are found by their group.
        with contextlib.suppress(psutil.NoSuchProcess):
            leader = psutil.Process(identity.pid)
            members[leader.pid] = leader
            members |= {child.pid: child for child in leader.children(recursive=True)}
    for candidate in psutil.process_iter():
        try:
            if candidate.pid in members or os.getpgid(candidate.pid) != identity.pid:
                continue
            # A group without its leader could be a stranger's who was given the pid later.
            if leads or candidate.environ().get(MARK_VARIABLE) == identity.mark != "":
                members[candidate.pid] = candidate
        except (OSError, psutil.Error):
            continue
    return list(members.values())


def send(*, members: Sequence[psutil.Process], signal_number: int) -> None:
    for member in members:
        try:
            member.send_signal(signal_number)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def end(identity: Identity, *, stop_signal: int = signal.SIGTERM, limit: float = 10.0) -> None:
    """Ask a process and its family to end; after `limit` seconds force them. Safe when they are gone already."""
    led = is_alive(identity)
    _end(_family(identity, leads=led), led=led, stop_signal=stop_signal, limit=limit)


def _end(members: Sequence[psutil.Process], *, led: bool, stop_signal: int, limit: float) -> None:
    # A stopped process can hear nothing else before this.
    send(members=members, signal_number=signal.SIGCONT)
    send(members=members[:1] if led else members, signal_number=stop_signal)
    send(members=_wait_for(members, limit=limit), signal_number=signal.SIGKILL)
    _wait_for(members, limit=KILL_LIMIT)


def _wait_for(members: Sequence[psutil.Process], *, limit: float) -> list[psutil.Process]:
    """Wait until all have ended, at most `limit` seconds; returns who has not. A zombie has ended."""
    deadline = time.monotonic() + limit
    while (alive := [member for member in members if not _has_ended(member)]) and time.monotonic() < deadline:
        time.sleep(POLL_INTERVAL)
    return alive


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
