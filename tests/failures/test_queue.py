"""The task queue on real processes: what a crash of worker, pool, beat or Valkey does to tasks."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import psutil
import pytest
import redis
from django.conf import settings
from django.db import connection

from shop.embedded.lifeline import Lifeline
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.queue_run import Queue, pool_of
from tests.failures.web import until

pytestmark = pytest.mark.django_db(transaction=True)

FULL = os.environ.get("FULL") == "1"
OUTAGE_S = 20.0 if FULL else 3.0
SOON_S = 15.0
PERIOD_S = 6.0
PREFIX = f"{settings.CACHE_NAMESPACE}-queue:"
# As the shop's: what comes back in these tests, comes back for another reason than this.
NEVER = "1800"


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    return private_valkey()


@pytest.fixture
def queue(valkey: EmbeddedValkey, tmp_path: Path, lifeline: Lifeline) -> Queue:
    made = Queue(valkey.url, tmp_path / "queue", lifeline)
    made.directory.mkdir()
    made.journal.touch()
    return made


def unfinished(valkey: EmbeddedValkey) -> int:
    """How many tasks the broker would still hand out, now or later."""
    with redis.Redis.from_url(valkey.url) as client:
        return int(client.llen(f"{PREFIX}celery")) + int(client.hlen(f"{PREFIX}unacked"))


@pytest.mark.parametrize(("acks", "again"), [("late", True), ("early", False)], ids=["late", "control: early"])
def test_a_task_whose_worker_was_killed_is_run_again_by_the_next(
    queue: Queue, valkey: EmbeddedValkey, acks: str, again: bool
) -> None:
    gate = queue.directory / "gate"
    with queue.worker(QUEUE_ACKS=acks, QUEUE_VISIBILITY="1") as worker:
        queue.send("wait_for", str(gate))
        until(lambda: len(queue.done("began")) == 1, within=SOON_S)
        worker.kill()
        gate.touch()

    with queue.worker(QUEUE_ACKS=acks, QUEUE_VISIBILITY="1"):
        if again:
            until(lambda: len(queue.done("ended")) == 1, within=SOON_S)
        queue.send("note", "later")
        until(lambda: len(queue.done("later")) == 1, within=SOON_S)
        until(lambda: unfinished(valkey) == 0, within=SOON_S)

    assert len(queue.done("began")) == (2 if again else 1)
    assert len(queue.done("ended")) == (1 if again else 0)


@pytest.mark.parametrize(("acks", "again"), [("late", True), ("early", False)], ids=["late", "control: early"])
def test_a_task_whose_process_was_killed_is_run_again_at_once_by_another(
    queue: Queue, valkey: EmbeddedValkey, acks: str, again: bool
) -> None:
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
        until(lambda: unfinished(valkey) == 0, within=SOON_S)

        assert worker.pid == pid, "the worker itself lived on"

    assert len(queue.done("ended")) == (1 if again else 0)


def test_a_task_that_hangs_is_told_then_killed_at_its_limit_and_not_run_again(
    queue: Queue, valkey: EmbeddedValkey
) -> None:
    with queue.worker(QUEUE_LIMIT="2", QUEUE_VISIBILITY=NEVER) as worker:
        queue.send("hang")
        until(lambda: len(queue.done("SoftTimeLimitExceeded")) == 1, within=SOON_S)
        hanging = queue.done("began")[0]
        until(lambda: not psutil.pid_exists(hanging), within=SOON_S)
        until(lambda: unfinished(valkey) == 0, within=SOON_S)
        until(lambda: len(pool_of(worker)) == 3, within=SOON_S)

    assert len(queue.done("began")) == 1


def test_a_task_that_fails_is_not_run_again(queue: Queue, valkey: EmbeddedValkey) -> None:
    with queue.worker(QUEUE_VISIBILITY="1"):
        queue.send("fail")
        until(lambda: len(queue.done("began")) == 1, within=SOON_S)
        until(lambda: unfinished(valkey) == 0, within=SOON_S)

    assert len(queue.done("began")) == 1


@pytest.mark.parametrize(("sync", "again"), [("1", False), ("0", True)], ids=["written down", "control: not yet"])
def test_a_beat_that_was_killed_does_not_send_again_what_it_has_sent(queue: Queue, sync: str, again: bool) -> None:
    turned = {"QUEUE_JOURNAL": str(queue.journal), "QUEUE_PERIOD": str(PERIOD_S), "QUEUE_SYNC": sync}
    with queue.worker():
        with queue.beat(**turned) as beat:
            # The first is written down in any case.
            until(lambda: len(queue.done("tick")) == 2, within=2 * PERIOD_S + SOON_S)
            beat.kill()
            killed = monotonic()
        with queue.beat(**turned):
            until(lambda: len(queue.done("tick")) == 3, within=PERIOD_S + SOON_S)
            waited = monotonic() - killed

    assert (waited < PERIOD_S - 1) is again


def start(valkey: EmbeddedValkey) -> None:
    valkey.start()
    valkey.wait_until_ready()


OUTAGES: dict[str, tuple[Callable[[EmbeddedValkey], None], Callable[[EmbeddedValkey], None]]] = {
    "stopped": (EmbeddedValkey.stop, start),
    "stalled": (EmbeddedValkey.pause, EmbeddedValkey.resume),
    "answering errors": (EmbeddedValkey.answer_errors, EmbeddedValkey.answer_properly),
    "full": (EmbeddedValkey.refuse_writes, EmbeddedValkey.answer_properly),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_worker_and_beat_outlive_an_outage_of_their_valkey(queue: Queue, valkey: EmbeddedValkey, outage: str) -> None:
    begin, end = OUTAGES[outage]
    with queue.worker() as worker, queue.beat(QUEUE_JOURNAL=str(queue.journal)) as beat:
        before = worker.pid, beat.pid
        until(lambda: len(queue.done("tick")) > 0, within=SOON_S)
        begin(valkey)
        ticks = len(queue.done("tick"))
        with pytest.raises(AssertionError):
            until(lambda: len(queue.done("tick")) > ticks + 1, within=OUTAGE_S)
        end(valkey)
        until(lambda: len(queue.done("tick")) > ticks + 2, within=SOON_S + OUTAGE_S)

        assert (worker.pid, beat.pid) == before


def test_what_beat_sent_while_no_worker_ran_is_not_run_afterwards(queue: Queue, valkey: EmbeddedValkey) -> None:
    with queue.beat(QUEUE_JOURNAL=str(queue.journal)):
        until(lambda: unfinished(valkey) >= 5, within=SOON_S)
    queue.send("note", "asked for")

    with queue.worker():
        until(lambda: len(queue.done("asked for")) == 1, within=SOON_S)
        until(lambda: unfinished(valkey) == 0, within=SOON_S)

    assert queue.done("tick") == []


def test_queues_lie_below_their_prefix_and_nothing_in_them_can_be_evicted(queue: Queue, valkey: EmbeddedValkey) -> None:
    gate = queue.directory / "gate"
    with queue.worker(), redis.Redis.from_url(valkey.url, decode_responses=True) as client:
        for _ in range(8):
            queue.send("wait_for", str(gate))
        until(lambda: len(queue.done("began")) == 3, within=SOON_S)
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
