"""What beat sends: once, over a crash of its own; not for ever; and on, after an outage of Valkey."""

import os
from collections.abc import Callable
from time import monotonic

import pytest

from shop.embedded.valkey import EmbeddedValkey
from tests.failures.queue_run import Queue
from tests.failures.web import until

pytestmark = pytest.mark.django_db(transaction=True)

FULL = os.environ.get("FULL") == "1"
OUTAGE_S = 20.0 if FULL else 3.0
SOON_S = 15.0
# Long beside the start of a beat on a busy machine: what is sent at its start comes within half of it.
PERIOD_S = 12.0


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

    assert (waited < PERIOD_S / 2) is again


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


def test_what_beat_sent_while_no_worker_ran_is_not_run_afterwards(queue: Queue) -> None:
    with queue.beat(QUEUE_JOURNAL=str(queue.journal)):
        until(lambda: queue.unfinished() >= 5, within=SOON_S)
    queue.send("note", "asked for")

    with queue.worker():
        until(lambda: len(queue.done("asked for")) == 1, within=SOON_S)
        until(lambda: queue.unfinished() == 0, within=SOON_S)

    assert queue.done("tick") == []
