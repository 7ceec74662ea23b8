"""A proxy before a server that cuts connections: every so often it hands a request on, and never the answer."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shop.embedded.ports import LOOPBACK

READ_BYTES = 65536


class CuttingProxy:
    """Listens on `port`. Of the answers to bare requests it loses this share, and the connection with each."""

    def __init__(self, *, server_port: int, share: float) -> None:
        self._server_port = server_port
        self._share = share
        self._chooser = random.Random(7)
        self.cut = 0
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def stop_cutting(self) -> None:
        self._share = 0.0

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One request and its answer at a time, which is how a client without pipelines speaks."""
        with client, socket.create_connection((LOOPBACK, self._server_port)) as server:
            try:
                while request := client.recv(READ_BYTES):
                    server.sendall(request)
                    answer = server.recv(READ_BYTES)
                    # The script has run by now.
                    if b"EVALSHA" in request and self._chooser.random() < self._share:
                        self.cut += 1
                        return
                    client.sendall(answer)
            except OSError:
                return


@contextmanager
def cutting(*, server_port: int, share: float) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(server_port=server_port, share=share)
    try:
        yield proxy
    finally:
        proxy.close()
