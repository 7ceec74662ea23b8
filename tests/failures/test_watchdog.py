"""The servers of a run that is killed with -9 end by themselves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT
from shop.embedded.ports import is_free
from tests.failures.demo_run import wait_until

# Starts a server under a lifeline, forks a child that keeps the pipe open, says the port, and waits.
PARENT = """
import os, signal, sys
from pathlib import Path
from shop.embedded.lifeline import Lifeline
from shop.embedded.valkey import EmbeddedValkey

directory = Path(sys.argv[1])
lifeline = Lifeline()
lifeline.guard_path(directory)
server = EmbeddedValkey(directory, password=False, lifeline=lifeline)
server.start()
server.wait_until_ready()
if sys.argv[2] == "stalled":
    server.pause()
fork = os.fork()
if fork:
    print(server.port, fork, flush=True)
signal.pause()
"""


def check(directory: Path, state: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, directory, state], cwd=CHECKOUT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    port, fork = map(int, parent.stdout.readline().split())
    assert not is_free(port=port)

    parent.kill()
    parent.wait()
    try:
        wait_until(lambda: is_free(port=port) and not directory.exists(), limit=20)
    finally:
        os.kill(fork, signal.SIGKILL)


def test_a_server_and_its_files_go_with_a_killed_parent_though_a_fork_of_it_lives(tmp_path: Path) -> None:
    check(tmp_path / "some valkey", "running")


def test_a_stalled_server_goes_too(tmp_path: Path) -> None:
    check(tmp_path / "some valkey", "stalled")
