"""The task queue on real processes: what a crash of a worker or of its processes does to tasks."""

import os
import signal

import psutil
import pytest
import redis
from django.db import connection

from shop.celery import PROCESSES
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.queue_run import PREFIX, Queue, pool_of
from tests.failures.web import until

pytestmark = pytest.mark.django_db(transaction=True)

SOON_S = 15.0
# As the shop's: what comes back in these tests, comes back for another reason than this.
NEVER = "1800"


@pytest.mark.parametrize(("acks", "again"), [("late", True), ("early", False)], ids=["late", "control: early"])
def test_a_task_whose_worker_was_killed_is_run_again_by_the_next(queue: Queue, acks: str, again: bool) -> None:
    gate = queue.directory / "gate"
    with queue.worker(QUEUE_ACKS=acks, QUEUE_VISIBILITY=NEVER) as worker:
        queue.send("wait_for", str(gate))
        until(lambda: len(queue.done("began")) == 1, within=SOON_S)
        if not again:
            # It is acknowledged when the worker hears that it began, which may be a little later.
            until(lambda: queue.unfinished() == 0, within=SOON_S)
        worker.kill()
        gate.touch()

    with queue.worker(QUEUE_ACKS=acks, QUEUE_VISIBILITY="1"):
        if again:
            until(lambda: len(queue.done("ended")) == 1, within=SOON_S)
        queue.send("note", "later")
        until(lambda: len(queue.done("later")) == 1, within=SOON_S)
        until(lambda: queue.unfinished() == 0, within=SOON_S)

    assert len(queue.done("began")) == (2 if again else 1)
    assert len(queue.done("ended")) == (1 if again else 0)


@pytest.mark.parametrize(("acks", "again"), [("late", True), ("early", False)], ids=["late", "control: early"])
def test_a_task_whose_process_was_killed_is_run_again_at_once_by_another(queue: Queue, acks: str, again: bool) -> None:
    gate = queue.directory / "gate"
    with queue.worker(QUEUE_ACKS=acks, QUEUE_VISIBILITY=NEVER) as worker:
        pid = worker.pid
        queue.send("wait_for", str(gate))
        until(lambda: len(queue.done("began")) == 1, within=SOON_S)
        os.kill(queue.done("began")[0], signal.SIGKILL)
        gate.touch()
        if again:
            until(lambda: len(queue.done("ended")) == 1, within=SOON_S)
        queue.send("note", "later")
        until(lambda: len(queue.done("later")) == 1, within=SOON_S)
        until(lambda: queue.unfinished() == 0, within=SOON_S)

        assert worker.pid == pid, "the worker itself lived on"

    assert len(queue.done("ended")) == (1 if again else 0)


def test_a_task_that_hangs_is_told_then_killed_at_its_limit_and_not_run_again(queue: Queue) -> None:
    with queue.worker(QUEUE_LIMIT="2", QUEUE_VISIBILITY=NEVER) as worker:
        queue.send("hang")
        until(lambda: len(queue.done("SoftTimeLimitExceeded")) == 1, within=SOON_S)
        hanging = queue.done("began")[0]
        until(lambda: not psutil.pid_exists(hanging), within=SOON_S)
        until(lambda: queue.unfinished() == 0, within=SOON_S)
        until(lambda: len(pool_of(worker)) == PROCESSES, within=SOON_S)

    assert len(queue.done("began")) == 1


def test_a_task_that_fails_is_not_run_again(queue: Queue) -> None:
    with queue.worker(QUEUE_VISIBILITY="1"):
        queue.send("fail")
        until(lambda: len(queue.done("began")) == 1, within=SOON_S)
        until(lambda: queue.unfinished() == 0, within=SOON_S)

    assert len(queue.done("began")) == 1


def test_queues_lie_below_their_prefix_and_nothing_in_them_can_be_evicted(queue: Queue, valkey: EmbeddedValkey) -> None:
    gate = queue.directory / "gate"
    with queue.worker(), redis.Redis.from_url(valkey.url, decode_responses=True) as client:
        for _ in range(8):
            queue.send("wait_for", str(gate))
        until(lambda: len(queue.done("began")) == PROCESSES, within=SOON_S)
        lasting = {key: client.ttl(key) == -1 for key in client.scan_iter()}
        gate.touch()
        until(lambda: len(queue.done("ended")) == 8, within=SOON_S)

    assert all(key.startswith(PREFIX) for key in lasting)
    assert lasting.keys() >= {f"{PREFIX}celery", f"{PREFIX}unacked", f"{PREFIX}unacked_index"}
    assert [key for key, lasts in lasting.items() if not lasts and "mutex" not in key] == []


def test_a_process_of_the_pool_keeps_no_database_connection_between_tasks(queue: Queue) -> None:
    with queue.worker():
        for _ in range(12):
            queue.send("ask_database")
        until(lambda: len(backends_in(queue)) == 12, within=SOON_S)

        until(lambda: not any(is_connected(backend) for backend in backends_in(queue)), within=SOON_S)


def backends_in(queue: Queue) -> set[int]:
    """The database's processes that served the tasks: a new one for each."""
    return {int(entry.split()[1]) for entry in queue.journal.read_text().splitlines()}


def is_connected(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [backend])
        return bool(cursor.fetchone()[0])
