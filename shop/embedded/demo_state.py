"""What a demo keeps under .larder/: one lock, what runs, and what others may read about it.

Invariants:
- One demo a checkout: the lock is the kernel's (flock), so it is gone when its holder is, however that ended.
- `processes.json` names every process before anybody depends on it; the next demo ends what it finds there.
- `demo.json` is there only while the demo runs, is replaced in one step, and only its owner can read it.
"""

import dataclasses
import fcntl
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from shop.embedded.process import Identity, end, is_alive
from shop.embedded.secret_file import read_or_make_secret, write_owner_only

PARTS: Final = ("postgres", "valkey", "kafka", "web", "worker", "beat", "relay", "consumer")
WATCHDOG: Final = "watchdog"


class AlreadyRunningError(RuntimeError):
    """Another demo holds this checkout; the message says where it serves."""


class DemoState:
    """The directory .larder/, held from here on. Raises AlreadyRunningError."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.logs = directory / "logs"
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file = directory / "demo.json"
        self._processes = directory / "processes.json"
        self._lock = os.open(directory / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"A demo runs in this checkout already: {_read(self.file).get('url', 'it is starting')}."
            ) from None

    def secret(self, name: str) -> str:
        """A random secret that stays the same from demo to demo."""
        return read_or_make_secret(path=self.directory / name)

    def recover(self) -> list[str]:
        """End what an earlier demo left running; returns the names of what was found.

        The latest comes first: that is its watchdog, which is let finish what it does at this very moment.
        """
        found = []
        for entry in reversed(_read(self._processes).get("processes", [])):
            name, stop_signal = entry.pop("name"), entry.pop("stop_signal")
            identity = Identity(**entry | {"command": tuple(entry["command"])})
            if is_alive(identity) and name != WATCHDOG:
                found.append(f"{name} (pid {identity.pid})")
            end(identity, stop_signal=stop_signal)
        self.clear()
        return found

    def record(self, processes: Sequence[tuple[str, Identity, int]], *, watchdog: Identity) -> None:
        """Write down (name, who, signal that stops it), in the order of starting."""
        # A watchdog ends by itself: SIGCONT does not disturb it.
        everyone = [*processes, (WATCHDOG, watchdog, int(signal.SIGCONT))]
        entries = [
            {"name": name, "stop_signal": stop_signal, **dataclasses.asdict(identity)}
            for name, identity, stop_signal in everyone
        ]
        write_owner_only(path=self._processes, text=json.dumps({"processes": entries}))

    def publish(self, *, facts: dict[str, str | None], pids: dict[str, int | None]) -> None:
        """Tell other programs what runs; parts that don't exist have no pid."""
        content = {**facts, "pids": {part: pids.get(part) for part in PARTS}}
        write_owner_only(path=self.file, text=json.dumps(content, indent=2) + "\n")

    def clear(self) -> None:
        """Nothing runs."""
        self.file.unlink(missing_ok=True)
        self._processes.unlink(missing_ok=True)

    def release(self) -> None:
        os.close(self._lock)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
