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
ANSWER_LIMIT = 2.0


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
            command=[
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--host", LOOPBACK, "--port", str(self.port)),
                *("--workers", "1", "--blocking-threads", str(THREADS), "--backpressure", str(THREADS * 4)),
                *("--log-level", "warning", "shop.wsgi:application"),
            ],
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
