"""Programs of our own that nobody connects to: each says in its log when it is ready."""

from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import Lifeline
from shop.embedded.own_program import OwnProgram


class ToldReady(OwnProgram):
    """Ready when its log has the text `ready`, written since this start."""

    ready: bytes

    def __init__(self, directory: Path, *, environment: Mapping[str, str], lifeline: Lifeline | None = None) -> None:
        super().__init__(directory, environment=environment, lifeline=lifeline)
        self._earlier_log = 0

    def _prepare(self) -> None:
        self._earlier_log = self.log_file.stat().st_size if self.log_file.exists() else 0

    def answers(self) -> bool:
        if not self.is_running():
            return False
        with self.log_file.open("rb") as log:
            log.seek(self._earlier_log)
            return self.ready in log.read()
