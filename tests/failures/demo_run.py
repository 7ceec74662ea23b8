"""A demo in a checkout of its own, run as people run it, and a look at what it leaves behind."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from shop.embedded.lifeline import CHECKOUT

NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", ".larder", ".*_cache", ".hypothesis", "__pycache__", "tests")
FROM_OUTSIDE = (
    *("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_TOPIC", "CACHE_NAMESPACE"),
    *("PORT", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"),
)
LIMIT = 120.0


def copy_checkout(directory: Path) -> Path:
    """A copy of this checkout's code, without its state."""
    return Path(shutil.copytree(CHECKOUT, directory, ignore=NOT_COPIED))


def remove_checkout(checkout: Path) -> None:
    location = checkout / ".larder" / "postgres" / "location"
    if location.exists():
        shutil.rmtree(location.read_text().strip(), ignore_errors=True)
    shutil.rmtree(checkout)


def processes_of(checkout: Path) -> list[str]:
    """Everything that runs in a checkout: its working directory is there, or it is the checkout's PostgreSQL."""
    location = checkout / ".larder" / "postgres" / "location"
    homes = {str(checkout), location.read_text().strip() if location.exists() else str(checkout)}
    found = []
    for process in psutil.process_iter():
        try:
            cwd = process.cwd()
            if process.status() != psutil.STATUS_ZOMBIE and any(cwd.startswith(home) for home in homes):
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except psutil.Error:
            continue
    return found


class DemoRun:
    """`manage.py demo` as a process; leaving the block ends it, and whatever it left."""

    def __init__(self, checkout: Path, *, port: int, debug: str = "1") -> None:
        self.checkout, self.port = checkout, port
        self._pipe, writing = os.pipe()
        environment = {name: value for name, value in os.environ.items() if name not in FROM_OUTSIDE}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "demo", "--port", str(port), "--products", "40"],
            cwd=checkout,
            env=environment | {"DEBUG": debug, "SECRET_KEY": "" if debug == "1" else "only-for-tests"},
            stdout=writing,
            stderr=writing,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_hear_hangups,  # noqa: PLW1509  nothing else runs between fork and exec
        )
        os.close(writing)
        self._output = b""
        self._stop = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return self._output.decode(errors="replace")

    @property
    def facts(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.checkout / ".larder" / "demo.json").read_text())
        return content

    def wait_for(self, text: str) -> None:
        """Until the demo has printed `text`."""
        wait_until(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output

    def wait_until_ready(self) -> Self:
        """A demo that is not ready in time is ended here: the block that would end it is not entered yet."""
        try:
            self.wait_for("Larder is ready at")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def end(self, *, by: int = signal.SIGINT) -> int:
        """Send a signal, wait, return the exit code."""
        self.process.send_signal(by)
        return self.process.wait(timeout=LIMIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.end()
        self._reader.join(timeout=LIMIT)

    def stop_reading(self) -> None:
        """Close the demo's output, as a pager does that was quit."""
        self._stop.set()
        self._reader.join(timeout=LIMIT)

    def _read(self) -> None:
        while not self._stop.is_set():
            if select.select([self._pipe], [], [], 0.05)[0]:
                chunk = os.read(self._pipe, 65536)
                if not chunk:
                    break
                self._output += chunk
        os.close(self._pipe)


def wait_until(condition: Callable[[], bool], *, limit: float = LIMIT) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def _hear_hangups() -> None:
    """Whoever runs the tests under nohup ignores SIGHUP, and so would the demo."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
