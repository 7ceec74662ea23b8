"""The parent's end of the watchdog: what is named here does not outlive this process, however it ends."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from shop.embedded.process import Identity

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# What the watchdog needs to end everything that is named: a few seconds for each process.
CLOSE_LIMIT = 60.0


class Lifeline:
    """Starts a watchdog; closing it ends whatever named process still runs."""

    def __init__(self) -> None:
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", "shop.embedded.watchdog"],
            stdin=subprocess.PIPE,
            cwd=CHECKOUT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._watchdog.pid

    def guard_process(self, identity: Identity, *, stop_signal: int) -> None:
        self._tell(
            {
                "pid": identity.pid,
                "created": identity.created,
                "command": identity.command,
                "stop_signal": stop_signal,
            }
        )

    def guard_directory(self, directory: Path) -> None:
        """Delete `directory` at the end, once no process is left in it."""
        self._tell({"directory": str(directory)})

    def close(self) -> None:
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        self._watchdog.wait(timeout=CLOSE_LIMIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, entry: dict[str, object]) -> None:
        if self._watchdog.stdin is None:
            raise RuntimeError("The watchdog has no standard input.")
        self._watchdog.stdin.write(json.dumps(entry).encode() + b"\n")
        self._watchdog.stdin.flush()
