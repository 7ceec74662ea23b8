"""Programs of our own that nobody connects to: each says in its log when it is ready."""

import os
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.process import Child, spawn
from shop.embedded.server import EmbeddedServer


class ToldReady(EmbeddedServer):
    """Ready when its log has the text `ready`, written since this start."""

    ready: bytes

    def __init__(self, directory: Path, *, environment: Mapping[str, str], lifeline: Lifeline | None = None) -> None:
        super().__init__(directory, lifeline=lifeline)
        self._environment = environment
        self._earlier_log = 0

    @abstractmethod
    def _command(self) -> list[str | Path]:
        """The command line; it runs in the checkout."""

    def _prepare(self) -> None:
        self._earlier_log = self.log_file.stat().st_size if self.log_file.exists() else 0

    def _spawn(self) -> Child:
        return spawn(
            command=self._command(),
            log_file=self.log_file,
            cwd=CHECKOUT,
            environment=os.environ | self._environment,
        )

    def _leftover_pid(self) -> int | None:
        """The demo's record of processes is what ends an earlier one: it has no file of its own."""
        return None

    def answers(self) -> bool:
        if not self.is_running():
            return False
        with self.log_file.open("rb") as log:
            log.seek(self._earlier_log)
            return self.ready in log.read()
