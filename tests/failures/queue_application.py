"""What the worker and beat of tests/failures/queue_run.py run: the shop's queue, with tasks that tests watch and turn.

QUEUE_ACKS         "early", for a control: a task is acknowledged when it begins
QUEUE_VISIBILITY   seconds until what a killed worker held is handed out again, instead of half an hour
QUEUE_LIMIT        seconds until a task is killed, instead of a minute; it is told of it a second earlier
QUEUE_JOURNAL      where beat's ticks are noted; QUEUE_PERIOD seconds apart, or half a second
QUEUE_SYNC         "0", for a control: beat writes down what it has sent every three minutes

A task writes what it does into a file, a line at a time; it may be killed between any two.
"""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection

from shop.celery import app

__all__ = ["app"]

POLL_S = 0.02

if visibility := os.environ.get("QUEUE_VISIBILITY"):
    app.conf.broker_transport_options |= {
        "visibility_timeout": float(visibility),
        "unacked_restore_interval": 0.5,
        "unacked_restore_throttle": 1,
    }
if limit := os.environ.get("QUEUE_LIMIT"):
    app.conf.update(task_soft_time_limit=float(limit) - 1, task_time_limit=float(limit))
if os.environ.get("QUEUE_ACKS") == "early":
    app.conf.update(task_acks_late=False, task_reject_on_worker_lost=False)
if journal := os.environ.get("QUEUE_JOURNAL"):
    period = float(os.environ.get("QUEUE_PERIOD", "0.5"))
    tick = {"task": "tests.note", "schedule": timedelta(seconds=period), "args": [journal, "tick"]}
    app.conf.beat_schedule = {"tick": tick | {"options": {"expires": period}}}
if sync := os.environ.get("QUEUE_SYNC"):
    app.conf.beat_sync_every = int(sync)


def write(journal: str, line: str) -> None:
    with Path(journal).open("a") as file:
        file.write(f"{line} {os.getpid()}\n")


@app.task(name="tests.note")
def note(journal: str, line: str) -> None:
    write(journal, line)


@app.task(name="tests.wait_for")
def wait_for(journal: str, gate: str) -> None:
    """Begin, wait until the file `gate` is there, end."""
    write(journal, "began")
    while not Path(gate).exists():
        time.sleep(POLL_S)
    write(journal, "ended")


@app.task(name="tests.fail")
def fail(journal: str) -> None:
    write(journal, "began")
    raise RuntimeError("a task that fails")


@app.task(name="tests.hang")
def hang(journal: str) -> None:
    """Deaf to the notice before the end, as a driver can be that waits in C."""
    write(journal, "began")
    while True:
        try:
            time.sleep(60)
        except Exception as notice:  # noqa: BLE001  a task that nothing ends but a kill
            write(journal, type(notice).__name__)


@app.task(name="tests.ask_database")
def ask_database(journal: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        write(journal, f"backend {cursor.fetchone()[0]}")
