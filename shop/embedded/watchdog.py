"""Ends what its parent leaves behind: `python -m shop.embedded.watchdog PARENT_PID`, one JSON object a line on stdin.

A parent that is killed with -9 can end nothing. Its pipe to this process closes then, on Linux and on macOS alike. So
every process it named here is ended, the latest first, and the files and directories it named are deleted. A fork of
the parent may hold the pipe open, so this process also looks whether its parent is still the one that named itself (it
may be gone before the first look).
"""

import json
import os
import select
import shutil
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from shop.embedded.process import Identity, end

CHECK_INTERVAL = 0.5
STOP_LIMIT = 5.0


@dataclass(slots=True)
class Estate:
    """What the parent leaves behind when it dies now."""

    processes: list[tuple[Identity, int]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def note(self, *, line: str) -> None:
        entry = json.loads(line)
        if "path" in entry:
            self.paths.append(entry["path"])
        else:
            stop_signal = entry.pop("stop_signal")
            self.processes.append((Identity(**entry | {"command": tuple(entry["command"])}), stop_signal))

    def settle(self) -> None:
        for identity, stop_signal in reversed(self.processes):
            end(identity, stop_signal=stop_signal, limit=STOP_LIMIT)
        for path in map(Path, self.paths):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    parent, estate, unread = int(sys.argv[1]), Estate(), b""
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], CHECK_INTERVAL)
        if not readable:
            # Looked at only when all that the parent said has been read.
            if os.getppid() != parent:
                break
            continue
        chunk = os.read(sys.stdin.fileno(), 65536)
        if not chunk:
            break
        *lines, unread = (unread + chunk).split(b"\n")
        for line in lines:
            estate.note(line=line.decode())
    estate.settle()


if __name__ == "__main__":
    main()
