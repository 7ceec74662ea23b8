"""Larder's own web server as a child process, for tests that break what it stands on."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

import psutil

from shop.embedded.ports import free_port
from shop.embedded.web import web_command
from tests.own_database import database_url

NOWHERE = "redis://127.0.0.1:1/0"


@dataclass(frozen=True)
class Reply:
    status: int
    seconds: float
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Web:
    url: str
    process: "subprocess.Popen[bytes]"

    def get(self, path: str) -> Reply:
        return self._ask(urllib.request.Request(self.url + path))  # noqa: S310  our own server

    def post(self, path: str, body: dict[str, Any]) -> Reply:
        data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        return self._ask(urllib.request.Request(self.url + path, data, headers))  # noqa: S310  our own server

    def kill(self) -> None:
        """With -9, at once: the process that was started, and the one that it has started to answer."""
        started = psutil.Process(self.process.pid)
        family = [started, *started.children(recursive=True)]
        for one in family:
            one.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=10)

    def _ask(self, request: urllib.request.Request) -> Reply:
        started = perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  our own server
                return Reply(answer.status, perf_counter() - started, _names_lowered(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, perf_counter() - started, _names_lowered(error.headers), error.read())


@contextmanager
def running_web(
    *,
    redis_url: str,
    recovery: float = 2.0,
    threshold: int = 5,
    gate: int = 8,
    threads: int = 16,
    repair: bool = True,
    puts: bool = True,
    local: str = "off",
    linger: float = 0.0,
    wakes: bool = True,
    log: Path | None = None,
    namespace: str = "",
) -> Iterator[Web]:
    """The shop on the test's database and this Redis, stopped at the end. `log`: a file for what it says."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "WEB_RECOVERY": str(recovery),
        "WEB_THRESHOLD": str(threshold),
        "WEB_GATE": str(gate),
        "WEB_REPAIR": "on" if repair else "off",
        "WEB_PUTS": "on" if puts else "off",
        "WEB_LOCAL": local,
        "WEB_LINGER": str(linger),
        "WEB_WAKES": "on" if wakes else "off",
        "CACHE_NAMESPACE": namespace or f"web-{port}",
    }
    command = web_command("tests.failures.web_application:application", port=port, threads=threads)
    with nullcontext() if log is None else log.open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stderr=errors)
    try:
        web = Web(f"http://127.0.0.1:{port}", process)
        until(lambda: _lives(web), within=30)
        yield web
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(holds: Callable[[], bool], *, within: float) -> float:
    """Ask again and again until it holds; the seconds it took. Fails the test after `within` seconds."""
    started = monotonic()
    while not holds():
        assert monotonic() - started < within, f"not within {within} s"
        sleep(0.02)
    return monotonic() - started


def _names_lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _lives(web: Web) -> bool:
    assert web.process.poll() is None, "the web server ended"
    try:
        return web.get("/health/live").status == 200
    except (urllib.error.URLError, ConnectionError):
        return False
