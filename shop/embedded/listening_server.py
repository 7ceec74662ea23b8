"""What the servers have in common that others connect to: a port of the loopback interface, kept over a restart."""

from abc import abstractmethod
from pathlib import Path

from shop.embedded.lifeline import Lifeline
from shop.embedded.ports import free_port, is_free
from shop.embedded.server import EmbeddedServer


class ListeningServer(EmbeddedServer):
    """A server on `port`, or on a free one when that is taken or not given."""

    def __init__(self, directory: Path, port: int | None = None, *, lifeline: Lifeline | None = None) -> None:
        super().__init__(directory, lifeline=lifeline)
        self.port = port if port is not None and is_free(port=port) else free_port()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, credentials included."""
