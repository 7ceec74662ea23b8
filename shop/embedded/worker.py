"""The queue's worker in the demo: Celery with a pool of processes. Its command line stands here alone."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.process import Child, spawn
from shop.embedded.server import EmbeddedServer

READY = b" ready."


class Worker(EmbeddedServer):
    """Runs the tasks of `application`; ready when its log says that it is connected and its pool is up."""

    name = "worker"

    def __init__(
        self,
        directory: Path,
        *,
        environment: Mapping[str, str],
        application: str = "shop.celery",
        lifeline: Lifeline | None = None,
    ) -> None:
        super().__init__(directory, lifeline=lifeline)
        self._environment = environment
        self._application = application
        self._earlier_log = 0

    def _prepare(self) -> None:
        self._earlier_log = self.log_file.stat().st_size if self.log_file.exists() else 0

    def _spawn(self) -> Child:
        return spawn(
            command=[
                *(sys.executable, "-m", "celery", "-A", self._application, "worker", "--loglevel", "info"),
                # Workers that tell each other of themselves: there is one.
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            log_file=self.log_file,
            cwd=CHECKOUT,
            environment=os.environ | self._environment,
        )

    def _leftover_pid(self) -> int | None:
        """The demo's record of processes is what ends an earlier worker: it has no file of its own."""
        return None

    def answers(self) -> bool:
        if not self.is_running():
            return False
        with self.log_file.open("rb") as log:
            log.seek(self._earlier_log)
            return READY in log.read()
