"""Programs of the shop's own that listen on no port: each is a command that runs in the checkout."""

import os
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.process import Child, spawn
from shop.embedded.server import EmbeddedServer


class OwnProgram(EmbeddedServer):
    """`environment` is added to that of this process."""

    def __init__(self, directory: Path, *, environment: Mapping[str, str], lifeline: Lifeline | None = None) -> None:
        super().__init__(directory, lifeline=lifeline)
        self._environment = environment

    @abstractmethod
    def _command(self) -> list[str | Path]:
        """The command line."""

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
