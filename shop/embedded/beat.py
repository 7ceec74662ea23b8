"""The queue's clock in the demo: Celery's beat. Its command line stands here alone."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.process import Child, spawn
from shop.embedded.server import EmbeddedServer


class Beat(EmbeddedServer):
    """Sends the tasks of `application` when they are due; ready when it has written down its schedule.

    `schedule` is the file that says over a restart what was sent when, so that a daily task is neither missed nor sent
    again. One beat an application: two would send everything twice.
    """

    name = "beat"

    def __init__(
        self,
        directory: Path,
        *,
        schedule: Path,
        environment: Mapping[str, str],
        application: str = "shop.celery",
        lifeline: Lifeline | None = None,
    ) -> None:
        super().__init__(directory, lifeline=lifeline)
        self._schedule = schedule.absolute()
        self._environment = environment
        self._application = application
        self._written_before: dict[Path, int] = {}

    def _prepare(self) -> None:
        self._schedule.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._written_before = self._written()

    def _spawn(self) -> Child:
        return spawn(
            command=[
                *(sys.executable, "-m", "celery", "-A", self._application, "beat", "--loglevel", "info"),
                *("--schedule", self._schedule),
            ],
            log_file=self.log_file,
            cwd=CHECKOUT,
            environment=os.environ | self._environment,
        )

    def _leftover_pid(self) -> int | None:
        """The demo's record of processes is what ends an earlier beat: it has no file of its own."""
        return None

    def answers(self) -> bool:
        return self.is_running() and self._written() != self._written_before

    def _written(self) -> dict[Path, int]:
        """When each file of the schedule was written. Beat replaces them: one may go while we look."""
        written: dict[Path, int] = {}
        for file in self._schedule.parent.glob(f"{self._schedule.name}*"):
            with suppress(FileNotFoundError):
                written[file] = file.stat().st_mtime_ns
        return written
