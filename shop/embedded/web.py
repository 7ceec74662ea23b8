"""The web server of the demo: granian, one process with a pool of threads. Its command line stands here alone."""

import http.client
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import LOOPBACK
from shop.embedded.process import Child, spawn

THREADS = 16
# Granian counts open connections, also those that a browser merely keeps. So there is room for many, within the 1,024
# files that a process may open on most systems: each thread may need a connection to either server besides.
CONNECTIONS = 768
# After this, a connection on which nobody asks for anything makes room for the next.
IDLE_MS = 5_000
ANSWER_LIMIT = 2.0


def web_command(application: str, *, port: int, threads: int = THREADS) -> list[str]:
    """The command line; HTTP/1 alone, as granian waits without end for whoever has yet to say which HTTP they speak."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", LOOPBACK, "--port", str(port), "--workers", "1", "--blocking-threads", str(threads)),
        *("--backpressure", str(CONNECTIONS), "--http1-header-read-timeout", str(IDLE_MS)),
        *("--log-level", "warning", application),
    ]


class WebServer(ListeningServer):
    """Serves shop.wsgi on 127.0.0.1; ready when /health/live says so."""

    name = "web"

    def __init__(
        self, directory: Path, port: int, *, environment: Mapping[str, str], lifeline: Lifeline | None = None
    ) -> None:
        super().__init__(directory, port, lifeline=lifeline)
        self._environment = environment

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def _prepare(self) -> None:
        """Everything was prepared by `manage.py prepare_demo`."""

    def _spawn(self) -> Child:
        return spawn(
            command=web_command("shop.wsgi:application", port=self.port),
            log_file=self.log_file,
            cwd=CHECKOUT,
            environment=os.environ | self._environment,
        )

    def _leftover_pid(self) -> int | None:
        """The demo's record of processes is what ends an earlier web server: it has no file of its own."""
        return None

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=ANSWER_LIMIT)
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
