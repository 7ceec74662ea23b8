"""Processes that begin at the same moment: each gets ready, says so, and waits for the word.

`lined_up` and `start` are the test's side; `wait_for_start`, and `StartingLine` where a process is full of threads, are
that of the processes.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

READY: Final = "ready"
# One that fails before it is ready must not keep the others waiting for ever.
READY_LIMIT_S: Final = 100


@contextmanager
def lined_up(
    commands: Iterable[Sequence[str]], *, environment: Mapping[str, str] | None = None
) -> Iterator[list[subprocess.Popen[str]]]:
    """Start these programs of Python, and wait until all are ready. Whoever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []
    with ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            processes.append(process)
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{READY}\n"
        yield processes


def start(processes: Iterable[subprocess.Popen[str]]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def wait_for_start() -> None:
    print(READY, flush=True)  # noqa: T201  `lined_up` reads it
    sys.stdin.readline()


class StartingLine:
    """For `runners` threads, each of which calls `wait` when it is ready.

    Raises BrokenBarrierError, in all of them, where one is not ready in time.
    """

    def __init__(self, runners: int) -> None:
        self._ready = threading.Barrier(runners + 1)
        self._go = threading.Event()

    def wait(self) -> None:
        self._ready.wait(READY_LIMIT_S)
        self._go.wait()

    def run(self, runners: Sequence[threading.Thread]) -> None:
        """Start them, say that they are ready, let them go when the test says so, and wait for their ends."""
        for runner in runners:
            runner.start()
        self._ready.wait(READY_LIMIT_S)
        wait_for_start()
        self._go.set()
        for runner in runners:
            runner.join()
