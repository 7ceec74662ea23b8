"""The supervisor's pauses, with a clock that the test moves and a program that ends when told."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.caching.clock import ManualClock
from shop.embedded.lifeline import CHECKOUT
from shop.embedded.process import Child, spawn
from shop.embedded.server import EmbeddedServer
from shop.embedded.supervisor import HEALTHY_AFTER, Supervisor


class Sleeper(EmbeddedServer):
    """A real process that serves nothing."""

    name = "sleeper"

    @property
    def url(self) -> str:
        return "none"

    def _prepare(self) -> None:
        """It needs no files."""

    def _spawn(self) -> Child:
        command = [sys.executable, "-c", "import signal; signal.pause()"]
        return spawn(command=command, log_file=self.log_file, cwd=CHECKOUT, environment=os.environ)

    def _leftover_pid(self) -> int | None:
        return None

    def answers(self) -> bool:
        return self.is_running()


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Sleeper]:
    server = Sleeper(tmp_path)
    server.start()
    yield server
    server.stop()


def pause_before_restart(supervisor: Supervisor, server: Sleeper, clock: ManualClock) -> int:
    """Kill the server; how many seconds pass until it runs again."""
    server.kill()
    list(supervisor.look())
    seconds = 0
    while not server.is_running():
        clock.advance(1)
        seconds += 1
        list(supervisor.look())
    return seconds


def test_pauses_double_up_to_thirty_seconds(sleeper: Sleeper) -> None:
    clock = ManualClock()
    supervisor = Supervisor(now=clock.monotonic)
    supervisor.watch(sleeper)

    pauses = [pause_before_restart(supervisor, sleeper, clock) for _ in range(7)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_server_that_lived_long_is_started_again_soon(sleeper: Sleeper) -> None:
    clock = ManualClock()
    supervisor = Supervisor(now=clock.monotonic)
    supervisor.watch(sleeper)
    for _ in range(3):
        pause_before_restart(supervisor, sleeper, clock)

    clock.advance(HEALTHY_AFTER + 1)

    assert pause_before_restart(supervisor, sleeper, clock) == 1


def test_the_supervisor_says_what_happened(sleeper: Sleeper) -> None:
    clock = ManualClock()
    supervisor = Supervisor(now=clock.monotonic)
    supervisor.watch(sleeper)
    assert list(supervisor.look()) == []

    sleeper.kill()
    ended = list(supervisor.look())
    clock.advance(1)
    started = list(supervisor.look())
    answering = list(supervisor.look())

    assert ended == [f"sleeper has ended; it is started again in 1 s. Its log: {sleeper.log_file}"]
    assert started == [f"sleeper is started again (pid {sleeper.pid})."]
    assert answering == [f"sleeper answers again (pid {sleeper.pid})."]


def test_stopping_ends_every_server(sleeper: Sleeper) -> None:
    supervisor = Supervisor()
    supervisor.watch(sleeper)

    supervisor.stop()

    assert not sleeper.is_running()
