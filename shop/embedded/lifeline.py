"""The parent's end of the watchdog: what is named here does not outlive this process, however it ends."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from shop.embedded.process import Child, Identity, spawn

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# What the watchdog needs to end everything that is named: a few seconds for each process.
CLOSE_LIMIT = 60.0


class Lifeline:
    """Starts a watchdog; closing it ends whatever named process still runs. A watchdog that was killed is replaced."""

    def __init__(self) -> None:
        self._told: list[bytes] = []
        self._watchdog = _start_watchdog()

    @property
    def identity(self) -> Identity:
        """Who the watchdog is."""
        return self._watchdog.identity

    def guard_process(self, identity: Identity, *, stop_signal: int) -> None:
        self._tell({**dataclasses.asdict(identity), "stop_signal": stop_signal})

    def guard_path(self, path: Path) -> None:
        """Delete a file or a directory at the end, once no process uses it."""
        self._tell({"path": str(path)})

    def close(self) -> None:
        _close_input(self._watchdog)
        self._watchdog.popen.wait(timeout=CLOSE_LIMIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, entry: dict[str, object]) -> None:
        self._told.append(json.dumps(entry).encode() + b"\n")
        if self._watchdog.is_running():
            _write(self._watchdog, self._told[-1])
        else:
            _close_input(self._watchdog)
            self._watchdog = _start_watchdog()
            _write(self._watchdog, b"".join(self._told))


def _start_watchdog() -> Child:
    return spawn(
        command=[sys.executable, "-m", "shop.embedded.watchdog", str(os.getpid())],
        log_file=None,
        cwd=CHECKOUT,
        environment=os.environ,
        stdin=subprocess.PIPE,
    )


def _write(watchdog: Child, lines: bytes) -> None:
    if watchdog.popen.stdin is not None:
        watchdog.popen.stdin.write(lines)
        watchdog.popen.stdin.flush()


def _close_input(watchdog: Child) -> None:
    if watchdog.popen.stdin is not None:
        # What a killed watchdog has not read can't be flushed to it.
        with contextlib.suppress(BrokenPipeError):
            watchdog.popen.stdin.close()
