"""The queue's clock in the demo: Celery's beat. Its command line stands here alone."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shop.embedded.lifeline import Lifeline
from shop.embedded.own_program import OwnProgram


class Beat(OwnProgram):
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
        super().__init__(directory, environment=environment, lifeline=lifeline)
        self._schedule = schedule.absolute()
        self._application = application
        self._written_before: dict[Path, int] = {}

    def _prepare(self) -> None:
        self._schedule.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._written_before = self._written()

    def _command(self) -> list[str | Path]:
        return [
            *(sys.executable, "-m", "celery", "-A", self._application, "beat", "--loglevel", "info"),
            *("--schedule", self._schedule),
        ]

    def answers(self) -> bool:
        return self.is_running() and self._written() != self._written_before

    def _written(self) -> dict[Path, int]:
        """When each file of the schedule was written. Beat replaces them: one may go while we look."""
        written: dict[Path, int] = {}
        for file in self._schedule.parent.glob(f"{self._schedule.name}*"):
            with suppress(FileNotFoundError):
                written[file] = file.stat().st_mtime_ns
        return written
