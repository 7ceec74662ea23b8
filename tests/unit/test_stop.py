"""A flag that a signal raises while the main thread waits for it: with `threading.Event` that can wait for ever."""

import subprocess
import sys
import textwrap

import pytest

# The signal comes at the worst moment: in `wait`, where the event holds its own lock.
PROGRAM = """
import os, select, signal, sys, threading
from shop.stop import Stop

flag = {flag}
signal.signal(signal.SIGTERM, lambda *_: flag.set())

class Interrupting:
    def __init__(self, inner): self._inner = inner
    def __enter__(self):
        self._inner.__enter__()
        os.kill(os.getpid(), signal.SIGTERM)
    def __exit__(self, *_): return self._inner.__exit__()
    def __getattr__(self, name): return getattr(self._inner, name)

if hasattr(flag, "_cond"):
    flag._cond = Interrupting(flag._cond)
else:
    waits = select.select
    def select_after_signal(*args):
        os.kill(os.getpid(), signal.SIGTERM)
        return waits(*args)
    select.select = select_after_signal
assert flag.wait(30)
print("has ended")
"""


def end(flag: str, *, within: float) -> str:
    program = textwrap.dedent(PROGRAM).format(flag=flag)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=within, check=True)
    return run.stdout.strip()


def test_a_signal_that_comes_in_the_middle_of_waiting_ends_the_wait() -> None:
    assert end("Stop()", within=60) == "has ended"


def test_control_an_event_waits_for_ever_for_the_lock_that_it_holds() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        end("threading.Event()", within=5)
