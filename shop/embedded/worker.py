"""The queue's worker in the demo: Celery with a pool of processes. Its command line stands here alone."""

import sys
from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import Lifeline
from shop.embedded.told_ready import ToldReady


class Worker(ToldReady):
    """Runs the tasks of `application`; ready when its log says that it is connected and its pool is up."""

    name = "worker"
    ready = b" ready."

    def __init__(
        self,
        directory: Path,
        *,
        environment: Mapping[str, str],
        application: str = "shop.celery",
        lifeline: Lifeline | None = None,
    ) -> None:
        super().__init__(directory, environment=environment, lifeline=lifeline)
        self._application = application

    def _command(self) -> list[str | Path]:
        return [
            *(sys.executable, "-m", "celery", "-A", self._application, "worker", "--loglevel", "info"),
            # Workers that tell each other of themselves: there is one.
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
